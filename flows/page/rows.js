  // ---- rows: which device does this belong to? ----

  const edge = (c) => c !== undefined && /[A-Za-z0-9]/.test(c);
  const holdsToken = (value, id) => {
    for (let i = value.indexOf(id); i >= 0; i = value.indexOf(id, i + 1)) if (!edge(value[i - 1]) && !edge(value[i + id.length])) return true;
    return false;
  };
  // idIndex: ids by their longest run of letters and digits, so that a page of a
  // thousand rows is read once, not once an id. Runs under six signs prove nothing.
  const idIndex = (is, others) => {
    const index = new Map();
    const add = (id, who) => {
      const run = (String(id).match(/[A-Za-z0-9]+/g) || []).sort((a, b) => b.length - a.length)[0] || '';
      if (run.length < 6) return;
      if (!index.has(run)) index.set(run, []);
      index.get(run).push([String(id), who]);
    };
    for (const o of others || []) for (const id of o.ids || []) if (!(is.ids || []).includes(id)) add(id, 1);
    for (const id of is.ids || []) add(id, 0);
    return index;
  };
  // owners: [ours, others'] ids that an element and what is in it carry, in any
  // attribute or text. The browser writes HTML far faster than script reads it.
  const owners = (el, index) => {
    const seen = [new Set(), new Set()];
    if (!index.size) return seen;
    const all = htmlOf(el);
    for (const run of all.match(/[A-Za-z0-9]{6,}/g) || []) for (const [id, who] of index.get(run) || []) if (!seen[who].has(id) && holdsToken(all, id)) seen[who].add(id);
    return seen;
  };
  const identity = (spec) => {
    if (!spec.index) {
      Object.defineProperty(spec, 'index', { value: idIndex(spec.is, spec.others) });
      Object.defineProperty(spec, 'name', { value: clean(spec.is.name) });
      Object.defineProperty(spec, 'otherNames', { value: new Set((spec.others || []).map((o) => clean(o.name)).filter(Boolean)) });
    }
    return spec;
  };
  const firstMatches = (name, roots) => {
    const e = set.elements[name];
    for (const c of (e && e.candidates) || []) { const m = query(roots, c.css).filter((el) => saysCandidate(el, c)); if (m.length) return m; }
    return [];
  };
  const nameIn = (row, name) => {
    const names = new Set(innermost(firstMatches(name, [row])).map(untruncated));
    return names.size === 1 ? [...names][0] : '';
  };
  // whose: 'ours', 'other' or '' (cannot be told) for one row; why in words; and
  // whether the row carries our id but contradicts it.
  const whose = (row, of) => {
    identity(of.id);
    const [ours, others] = owners(row, of.id.index);
    const name = nameIn(row, of.name);
    if (ours.size && others.size) return ['other', 'its row carries the ids of two devices', true];
    if (others.size) return ['other', `its row carries the id of another device (${name || [...others][0]})`];
    if (ours.size) {
      if (name && name !== of.id.name && of.id.otherNames.has(name)) return ['other', `its row carries the right id but the name ${name}`, true];
      return ['ours', 'id'];
    }
    if (!name) return ['', 'its row shows no full name'];
    if (name === of.id.name) return ['ours', 'name'];
    return ['other', `the row is that of ${name}`];
  };
  const rowOf = (of, roots) => {
    identity(of.id);
    const rows = innermost(firstMatches(of.rows, roots));
    const ids = (of.id.is.ids || []).filter((id) => /[A-Za-z0-9]{6}/.test(id));
    const marked = rows.filter((r) => { const all = htmlOf(r); return ids.some((id) => all.includes(id)); }).map((r) => [r, ...whose(r, of)]);
    const byID = marked.filter((t) => t[1] === 'ours' && t[2] === 'id').map((t) => t[0]);
    const apart = byID.length > 1 ? byID.filter((r) => visible(r)) : byID;
    if (apart.length === 1) return { el: apart[0] };
    if (byID.length) return { kind: 'ambiguous', words: `${byID.length} rows carry its id` };
    const contradiction = marked.find((t) => t[1] === 'other' && t[3]);
    if (contradiction) return { kind: 'other', words: contradiction[2] };
    const named = of.id.name ? rows.filter((r) => nameIn(r, of.name) === of.id.name) : [];
    if (named.length > 1) return { kind: 'ambiguous', words: `${named.length} rows have this name` };
    if (named.length === 1) {
      const [who, why] = whose(named[0], of);
      if (who !== 'ours') return { kind: 'other', words: why };
      if (of.id.otherNames.has(of.id.name)) return { kind: 'ambiguous', words: 'another device has the same name and the row shows no id' };
      return { el: named[0] };
    }
    return { kind: 'notfound', words: rows.length ? `no row of it among ${rows.length}` : 'no rows on the page' };
  };

  // ---- rows told by a name alone, such as the accounts to choose from ----

  const nameIn = (row, name) => {
    const names = new Set(innermost(firstMatches(name, [row])).map(untruncated));
    return names.size === 1 ? [...names][0] : '';
  };
  // whose: 'ours', 'other' or '' (cannot be told) for one row, and why in words.
  const whose = (row, of) => {
    const name = nameIn(row, of.name);
    if (!name) return ['', 'its row shows no full name'];
    return name === clean(of.is) ? ['ours', 'name'] : ['other', `the row is that of ${name}`];
  };
  const rowOf = (of, roots) => {
    const rows = innermost(firstMatches(of.rows, roots));
    const named = rows.filter((r) => whose(r, of)[0] === 'ours');
    if (named.length > 1) return { kind: 'ambiguous', words: `${named.length} rows have this name` };
    if (!named.length) return { kind: 'notfound', words: rows.length ? `no row of it among ${rows.length}` : 'no rows on the page' };
    if (of.others.some((o) => clean(o) === clean(of.is))) return { kind: 'ambiguous', words: 'another one has the same name' };
    return { el: named[0] };
  };

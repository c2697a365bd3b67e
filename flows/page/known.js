  // ---- known devices: each stands where what the list call says of it stands ----
  //
  // No class name of a device view is needed here. know() takes the list; an anchor is
  // an element that says a device's name or carries one of its ids; a place is the
  // largest element around an anchor that holds nothing of another device and no
  // second row. Everything below is asked again at every event of a gesture.

  let K = null, S = null; // the list; what was seen of it, until the page changes
  const MANY = -2;
  // as device.FoldID in Go
  const foldID = (s) => String(s ?? '').normalize('NFKC').toLowerCase().replace(/\u03c2/g, '\u03c3').replace(/[\p{White_Space}\p{Pd}\p{Cf}\p{Cc}\u2212]/gu, '');
  const human = (s) => fold(String(s || '').replace(/[_]+/g, ' '));
  // what a count beside a family's name leaves: "Echo (3)", "3 Echo devices"
  const bare = (s) => s.replace(/[(\[]?\b\d+\b[)\]]?/g, ' ').replace(/\s+/g, ' ').trim();
  const know = (q) => {
    if (q.without) { // the list that was told before, but for some
      if (K.version !== q.base) throw new Error('another list is known here');
      const not = new Set(q.without);
      q.devices = K.devices.filter((d, i) => !not.has(i));
    }
    const k = { version: q.version, devices: q.devices, ids: new Map(), groups: new Map(), labels: new Map(), longest: 0, lengths: new Set() };
    q.devices.forEach((d, i) => {
      d.name = clean(d.name);
      if (d.name) {
        if (!k.groups.has(d.name)) k.groups.set(d.name, []);
        k.groups.get(d.name).push(i);
        k.longest = Math.max(k.longest, d.name.length);
      }
      for (const id of d.ids || []) {
        const f = foldID(id);
        if ((f.match(/[a-z0-9]/g) || []).length < 6) continue;
        k.ids.set(f, k.ids.has(f) && k.ids.get(f) !== i ? MANY : i);
      }
      for (const l of d.labels || []) {
        const h = human(l);
        if (!h || /^(apps?|other)$/.test(h) || isPhrase(h, 'your-devices-tab') || isPhrase(h + 's', 'your-devices-tab') || isPhrase(h, 'your-content-tab')) continue;
        if (!k.labels.has(h)) k.labels.set(h, new Set());
        k.labels.get(h).add(i);
      }
    });
    k.dates = new Set(q.devices.map((d) => fold(d.date || '')).filter(Boolean));
    k.idsOf = memo((s) => idsIn(s, new Set()));
    // named: the name that some words are, alone or after a label with a colon.
    k.named = memo((s) => {
      if (k.groups.has(s)) return s;
      const m = /^([^:：]{1,40}[:：])\s*(.+)$/.exec(s);
      return m && k.groups.has(m[2]) && !ofSomebody(m[1]) ? m[2] : factual(s);
    });
    // labelOf: the label that stands before the name in such words, without its colon.
    k.labelOf = (s) => { const m = k.groups.has(s) ? null : /^([^:：]{1,40})[:：]/.exec(s); return m ? fold(m[1]) : ''; };
    // ownLabel: what stands before a device's own name, such as "Name", "Echo", "Settings for".
    k.ownLabel = (l) => k.vocabulary.has(l) || k.labels.has(human(l));
    // firm: the names that are no words of the page, each as it is compared.
    k.firm = () => k.strong || (k.strong = [...k.groups.keys()].filter((n) => !k.weak(n)).map((n) => [n, fold(n)]));
    k.limit = Math.max(k.longest + 45, 90); // how much an element may say that says a name or an id
    k.vocabulary = new Set();
    for (const [name, list] of phrases) if (!set.texts[name].apart) for (const p of list) k.vocabulary.add(p);
    // The words of a question about deregistering that are no names, as questionTexts in Go.
    // plain: of each word, the languages in which it is one: "Den" is a name in English.
    k.plain = new Map();
    for (const name of ['plain-words', 'account-words', 'deregister', 'deregister-words', 'confirm', 'cancel', 'sure', 'your-devices-tab']) for (const p of (set.texts[name] || { phrases: [] }).phrases) for (const w of loose(p.text).split(/[^\p{L}\p{N}']+/u)) { if (!k.plain.has(w)) k.plain.set(w, new Set()); k.plain.get(w).add(p.lang); }
    k.tongues = ['deregister', 'deregister-words', 'will-be-deregistered'].flatMap((name) => (set.texts[name] || { phrases: [] }).phrases.map((p) => [loose(p.text), p.lang]));
    // A weak name is also a word of the page, or a family, type or category.
    const weak = new Map();
    k.weak = (name) => { if (!weak.has(name)) weak.set(name, isWeak(name)); return weak.get(name); };
    const isWeak = (name) => { const f = fold(name); return k.vocabulary.has(f) || k.labels.has(f) || k.labels.has(f + 's') || (f.endsWith('s') && k.labels.has(f.slice(0, -1))) || f.length < 2; };
    k.starts = new Set(); // how ids begin, up to six signs
    k.heads = new Map(); // of ids with other signs in them: what ends in the last of these -> what follows it -> whose it is
    for (const [f, who] of k.ids) {
      for (let n = 1; n <= Math.min(6, f.length); n++) k.starts.add(f.slice(0, n));
      const cut = f.search(/[^a-z0-9][a-z0-9]*$/) + 1;
      if (!cut) continue;
      const head = f.slice(0, cut), tail = f.slice(cut);
      if (!k.heads.has(head)) k.heads.set(head, { tails: new Map(), lengths: new Set() });
      k.heads.get(head).tails.set(tail, who);
      k.heads.get(head).lengths.add(tail.length);
    }
    // What an id of the list looks like: letters and digits, each where they are.
    k.shapes = new Set([...k.ids.keys()].map(shape).filter(Boolean));
    k.shaped = q.devices.map((d) => (d.ids || []).some((id) => shape(foldID(id))));
    K = k; S = null; said = new WeakMap(); carried = new WeakMap(); blocks = new WeakMap();
    return {};
  };

  // stamp: how often anything changed, shadow trees and frames included.
  let changes = 0, changedAt = now();
  const changed = () => { changes++; changedAt = now(); };
  // restLeft: how much of a rest that nothing may change in is still to be waited for.
  const restLeft = (ms) => { stamp(); return Math.max(0, ms - (now() - changedAt)); };
  // disturbed: what a press or scrolling brings may be yet to come.
  const disturbed = () => { changedAt = now(); };
  const eyes = new MutationObserver((r) => { note(r); });
  const WATCH = { subtree: true, childList: true, attributes: true, characterData: true };
  const watchedRoots = new WeakSet();
  const watchRoots = () => {
    for (const d of documents()) if (!watchedRoots.has(d)) { watchedRoots.add(d); eyes.observe(d, WATCH); changed(); }
    for (const h of hosts()) { const s = shadowRoot(h); if (s && !watchedRoots.has(s)) { watchedRoots.add(s); eyes.observe(s, WATCH); changed(); said = new WeakMap(); } }
  };
  // note: what changed since the last guarded press is what that press may have brought.
  const note = (records) => {
    if (!records.length) return;
    changed();
    forget(records);
    for (const p of [pressed1, pending]) if (p) for (const r of records) brought(p, r);
  };
  // What an element says, and the ids that it carries, are read again only where something
  // in it has changed: a page of a thousand rows is not read anew for one menu.
  // A block is as much around some words as one device may say, such as a row; what was
  // found in it holds until something in it or its looks change.
  let said = new WeakMap(), carried = new WeakMap(), blocks = new WeakMap();
  const met = new WeakSet(); // what is one or holds some
  const forget = (records) => {
    const done = new Set();
    const restyled = (el) => {
      let known = false;
      for (let n = el; n; n = up(n)) { known = known || blocks.has(n); blocks.delete(n); }
      if (!known && isElement(el)) for (const e of inElement(el, '*')) blocks.delete(e);
    };
    for (const r of records) {
      const owner = isElement(r.target) ? r.target : parentNode(r.target);
      if ((isElement(owner) && matches(owner, 'style,link')) || [...r.addedNodes, ...r.removedNodes].some((n) => isElement(n) && matches(n, 'style,link'))) blocks = new WeakMap();
      // It may come to stand elsewhere, or come back after a change of looks.
      for (const n of r.removedNodes) if (met.has(n) && !blocks.delete(n)) for (const e of inElement(n, '*')) blocks.delete(e);
      if (r.type === 'attributes') {
        restyled(r.target);
        if (r.attributeName === 'class' || r.attributeName === 'style') continue;
        carried.delete(r.target);
        if (r.attributeName === 'slot' || localName(r.target) === 'slot') said = new WeakMap(); // it is shown elsewhere now
      } else if (isElement(r.target) && shadowRoot(r.target)) said = new WeakMap(); // and what is put into slots
      for (let n = r.target; n && !done.has(n); n = up(n)) { done.add(n); said.delete(n); blocks.delete(n); }
    }
  };
  // saidOf: all that an element says, up to a length (null: it says more), and the ids in
  // it; put together from what its children say. As text() with all.
  const saidOf = (e, limit) => {
    let a = said.get(e);
    if (!a) {
      a = { raw: '', length: 0, s: null, long: true, ids: null };
      const tag = localName(e), silent = SILENT.has(tag), block = !silent && !INLINE.has(tag), deep = tag === 'slot' || !!shadowRoot(e);
      let raw = block ? ' ' : '', length = 0;
      if (tag === 'input' && /^(submit|button|reset)$/i.test(attr(e, 'type') || '')) raw += attr(e, 'value') || '';
      else if (!silent && tag !== 'textarea') for (const k of deep ? kids(e) : childNodes(e)) {
        const type = nodeType(k);
        if (type !== 3 && type !== 1) continue;
        const o = type === 1 ? saidOf(k, limit) : null, t = o ? o.raw : k.data;
        length += o ? o.length : t.length;
        if (t === null || length > limit * 4 || raw.length > limit + 20) { raw = null; break; }
        raw += o || t.length < 2 || !/\s\s/.test(t) ? t : t.replace(/\s+/g, ' ');
      }
      if (raw !== null) raw = (block ? raw + ' ' : raw).replace(/  +/g, ' ');
      a.length = deep || silent || tag === 'textarea' ? textContent(e).length : length;
      a.raw = raw !== null && raw.length > limit + 20 ? null : raw;
      if (a.raw !== null && a.length <= limit * 4) {
        a.s = clean(a.raw);
        a.long = a.s.length > limit;
        if (!a.long) a.ids = K.idsOf(a.s);
      }
      said.set(e, a);
    }
    return a;
  };
  const carriedBy = (el) => {
    let mine = carried.get(el);
    if (!mine) {
      mine = NOTHING;
      if (!SILENT.has(localName(el))) for (const a of attributeNames(el)) {
        if (a === 'class' || a === 'style') continue;
        const v = attr(el, a);
        if (v.length < 6 || v.length >= 600) continue;
        const ids = K.idsOf(v);
        if (ids.size) mine = mine.size ? new Set([...mine, ...ids]) : ids;
      }
      carried.set(el, mine);
    }
    return mine;
  };
  const NOTHING = new Set();
  const brought = (p, r) => {
    const add = (n) => { p.fresh.add(n); if (p.list.length < 2000) p.list.push(new WeakRef(n)); };
    if (r.type === 'childList') {
      for (const n of r.addedNodes) if (isElement(n)) add(n);
      if ([...r.addedNodes].some((n) => nodeType(n) === 3)) add(r.target);
    } else if (r.type === 'characterData') { const e = parentNode(r.target); if (e) add(e); } else add(r.target);
  };
  const stamp = () => { watchRoots(); note(eyes.takeRecords()); return changes; };

  // idsIn: devices whose id stands in a text, as whole words; groups of four and
  // dashes are how people see them.
  const idsIn = (s, out) => {
    if (s.length > 4000 || !/[0-9A-Z]{4}/i.test(s)) return out;
    s = s.normalize('NFKC');
    const words = [...s.matchAll(/[A-Za-z0-9]+/g)];
    for (let i = 0; i < words.length && i < 400; i++) {
      let acc = '', best = null, to = i;
      for (let j = i; j < words.length && j < i + 10; j++) {
        if (j > i) {
          const gap = s.slice(words[j - 1].index + words[j - 1][0].length, words[j].index);
          if (!/^[\s\p{Pd}\p{Cf}\u2212]{1,3}$/u.test(gap)) break;
        }
        acc += words[j][0].toLowerCase();
        if (acc.length > 64 || !K.starts.has(acc.slice(0, 6))) break;
        if (K.ids.has(acc)) { best = K.ids.get(acc); to = j; }
      }
      if (best !== null) { out.add(best); i = to; }
    }
    if (!K.heads.size) return out;
    const plain = /^[\x00-\x7f]*$/.test(s) ? s.toLowerCase() : ''; // folding takes signs out of it and adds none
    let f = null;
    for (const [head, ids] of K.heads) {
      if (plain && !plain.includes(head[head.length - 1])) continue;
      f = f === null ? foldID(s) : f;
      for (let i = f.indexOf(head); i >= 0; i = f.indexOf(head, i + 1)) {
        const run = /^[a-z0-9]*/.exec(f.slice(i + head.length))[0];
        for (const n of ids.lengths) { const who = n <= run.length ? ids.tails.get(run.slice(0, n)) : undefined; if (who !== undefined) out.add(who); }
      }
    }
    return out;
  };

  // gather finds the anchors among some elements and texts. around: those that stand
  // further out. outside: what the elements stand in; wide: it was looked at, too.
  const gather = (els, nodes, around, outside) => {
    const hits = new Map(); // element -> {name, ids}
    const torn = new Map(); // element -> the ids of several devices that it carries
    const hit = (el) => { let h = hits.get(el); if (!h) hits.set(el, (h = { name: '', ids: new Set() })); return h; };
    const L = K.limit;
    const named = K.named;
    // say: an element says a name; by: the text of its own that does; from: what stands before
    // it may be its label.
    const say = (el, name, words, from = el) => { const h = hit(el); h.name = name; h.label = named(words) ? K.labelOf(words) : ''; h.from = from; };
    const cut = /(…|\.\.\.)$/;
    const visited = new Set();
    let wide = false;
    const look = (p) => { wide = wide || p === outside; };
    const told = { texts: [], labels: [], pictures: [], inputs: [], referring: [] }; // for texts()
    const climb = (node) => {
      const first = parentNode(node);
      if (isElement(first) && SILENT.has(localName(first))) return;
      const data = clean(node.data);
      if (!data) return;
      told.texts.push([foldOf(data), node]);
      if (!isElement(first)) return;
      for (let e = first, n = 0; isElement(e) && n < 6 && !visited.has(e); e = up(e), n++) {
        const { s, long, ids } = saidOf(e, L);
        if (long) break;
        visited.add(e);
        const name = named(s) || (cut.test(s) && /\p{L}|\p{N}/u.test(s) ? named(untruncated(e)) : '');
        if (name) { if (!hits.has(e) || !hits.get(e).name) say(e, name, s); }
        if (ids.size === 1) hit(e).ids.add([...ids][0]);
      }
      const own = named(data);
      if (own && !(hits.get(first) || {}).name && alone(first, own, node, look)) say(first, own, data, node);
    };
    nodes.forEach(climb);
    for (const el of els) {
      const mine = carriedBy(el);
      if (mine.size === 1) hit(el).ids.add([...mine][0]);
      else if (mine.size) torn.set(el, mine);
      if (matches(el, SENDS)) told.inputs.push([foldOf(sent(el)), el]);
      if (hasAttr(el, 'aria-labelledby')) told.referring.push(el);
      if (labelled(el)) {
        for (const a of ['aria-label', 'title']) if (hasAttr(el, a)) told.labels.push([foldOf(attr(el, a)), el]);
        if (matches(el, 'img[alt],svg[aria-label],[role=img][aria-label]')) told.pictures.push([foldOf(attr(el, 'alt') || attr(el, 'aria-label')), el]);
        const aria = clean(attr(el, 'aria-label')), alt = clean(attr(el, 'alt')), title = clean(attr(el, 'title'));
        for (const v of [aria, alt, title]) {
          const name = v && named(v);
          if (!name) continue;
          if (v === title && v !== aria && v !== alt) { const t = text(el, true, 200); if (t && !name.startsWith(t.replace(cut, '').trim())) continue; }
          if (!(hits.get(el) || {}).name) say(el, name, v, null);
        }
      }
    }
    // A name inside a longer name, or inside words that say more, is not said.
    for (const [el, h] of hits) {
      h.ids.delete(MANY);
      if (!h.name) continue;
      let drop = false;
      for (let e = up(el), n = 0; isElement(e) && n < 6; e = up(e), n++) {
        const o = hits.get(e) || around.get(e);
        if (!o || !o.name || o.name === h.name || o.name.length <= h.name.length) continue;
        if (apart(el, h.name, e, o)) o.name = ''; else drop = true;
      }
      if (!drop && clean(attr(el, 'aria-label')) !== h.name && named(saidOf(el, L).s || '') && !alone(el, h.name, null, look)) drop = true;
      // What is read out in its place says another device.
      const aria = clean(attr(el, 'aria-label'));
      if (aria && aria !== h.name && K.groups.has(aria)) { h.name = aria; }
      if (drop) h.name = '';
      if (h.name && !h.label && h.from) h.label = labelBefore(h.from, h.name, look);
    }
    return { hits, torn, wide, told };
  };
  const textsIn = (els) => { const out = []; for (const e of els) for (const k of childNodes(e)) if (nodeType(k) === 3) out.push(k); return out; };
  const labelled = (el) => hasAttr(el, 'title') || hasAttr(el, 'alt') || hasAttr(el, 'aria-label');
  // scan finds all anchors; what it found serves until something changes.
  const scan = () => {
    const at = stamp();
    if (S && S.at === at && S.k === K) return S;
    const hits = new Map(), torn = new Map(), loose = new Map(), told = [];
    const take = (g, into) => { told.push(g.told); for (const [el, h] of g.hits) { hits.set(el, h); if (into) into.set(el, h); } for (const [el, ids] of g.torn) torn.set(el, ids); };
    const inNames = (e) => { if (loose.size) for (let n = 0, p = e; isElement(p) && n < 6; p = up(p), n++) if ((loose.get(p) || {}).name) return true; return false; };
    const visit = (e) => {
      met.add(e);
      if (saidOf(e, K.limit).long) {
        take(gather([e], textsIn([e]), loose, up(e)), loose);
        for (const k of childNodes(e)) if (isElement(k)) visit(k);
        return;
      }
      const p = up(e);
      let g = inNames(p) ? null : blocks.get(e);
      if (!g) {
        const els = [e, ...inElement(e, '*')];
        g = gather(els, textsIn(els), loose, p);
        if (!g.wide && !inNames(p)) blocks.set(e, g);
      }
      take(g);
    };
    if (hosts().length) for (const r of documents().concat(hosts().map(shadowRoot))) { const els = [...below(r, '*')]; take(gather(els, textsIn([r, ...els]), hits)); }
    else for (const d of documents()) if (rootElement(d)) visit(rootElement(d));
    const marks = new Map(); // element -> {g: name groups, d: devices} in it, three at most
    const mark = (el, g, d) => {
      for (let e = el; e; e = up(e)) {
        let m = marks.get(e);
        if (!m) marks.set(e, (m = { g: [], d: [] }));
        if (g && m.g.length < 3 && !m.g.includes(g)) m.g.push(g);
        else if (m.g.length === 3 || m.g.includes(g)) { if (d === undefined || m.d.length === 3 || m.d.includes(d)) break; } // and so all around it
        if (d !== undefined && m.d.length < 3 && !m.d.includes(d)) m.d.push(d);
      }
    };
    S = { at, k: K, told, hits, marks, names: new Map(), mentions: new Map(), ids: new Map(), weak: [] };
    // What a label with a colon says of something else ("Paired with:") bounds what stands around
    // it as any name does; a device stands there only if it is the label of the names here.
    const labels = new Map();
    for (const h of hits.values()) if (h.name && h.label) { if (!labels.has(h.label)) labels.set(h.label, new Set()); labels.get(h.label).add(h.name); }
    const say = (el, name) => {
      const label = hits.get(el).label, own = !label || K.ownLabel(label) || labels.get(label).size > 1;
      const at = own ? S.names : S.mentions;
      mark(el, name);
      if (!at.has(name)) at.set(name, []);
      at.get(name).push(el);
    };
    for (const [el, h] of hits) {
      for (const d of h.ids) { mark(el, K.devices[d].name || '#' + d, d); if (!S.ids.has(d)) S.ids.set(d, []); S.ids.get(d).push(el); }
      if (h.name && K.weak(h.name)) { S.weak.push([el, h.name]); continue; }
      if (h.name) say(el, h.name);
    }
    // What carries the ids of several devices is none of them alone.
    for (const [el, mine] of torn) for (const d of [...mine].filter((x) => x !== MANY).slice(0, 3)) mark(el, K.devices[d].name || '#' + d, d);
    S.strong = []; // as many as anybody asks for
    for (const els of S.names.values()) for (const el of els) if (S.strong.length < 60 && visible(el)) S.strong.push(el);
    // Weak names count in the slot of the strong ones only.
    const weak = [];
    for (const [el, name] of S.weak) {
      const item = slotItem(el);
      const near = idNear(el, name) || factsNear(el, name);
      if (item || near) weak.push([el, name]);
    }
    for (const [el, name] of weak) say(el, name);
    return S;
  };
  // idNear: a weak name that stands beside an id of its own device.
  const idNear = (el, name) => {
    for (let e = el, n = 0; isElement(e) && n < 4; e = up(e), n++) {
      const m = S.marks.get(e);
      if (!m || !m.d.length) continue;
      return m.d.length === 1 && K.devices[m.d[0]].name === name;
    }
    return false;
  };
  // factsNear: a weak name that stands with the type and the day of registration of the one
  // device that has all three, in a place where every other word is one of the page.
  const factsNear = (el, name) => {
    const mine = K.devices.filter((d) => d.name === name);
    const types = (d) => (d.labels || []).map(human);
    for (let e = up(el), n = 0; isElement(e) && n < 4 && !frameLike(e); e = up(e), n++) {
      if (S.marks.has(e)) return false;
      const said = leafTexts(e);
      if (said.length >= 30) return false;
      const is = mine.filter((d) => d.date && said.includes(fold(d.date)) && types(d).some((t) => t !== fold(name) && said.includes(t)));
      if (!is.length) continue;
      const d = is[0], facts = [fold(name), fold(d.date), ...types(d)];
      return is.length === 1 && K.devices.filter((o) => o.date === d.date && K.weak(o.name) && said.includes(fold(o.name))).length === 1 &&
        said.filter((t) => t === fold(name)).length === 1 && said.every((t) => facts.includes(t) || smallWord(t) || /[:\uff1a]$/.test(t) || !/\p{L}/u.test(t));
    }
    return false;
  };

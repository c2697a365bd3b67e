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
    k.vocabulary = new Set();
    for (const list of phrases.values()) for (const p of list) k.vocabulary.add(p);
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
    K = k; S = null; said = new WeakMap(); carried = new WeakMap();
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
  let said = new WeakMap(), carried = new WeakMap();
  const forget = (records) => {
    const done = new Set();
    for (const r of records) {
      if (r.type === 'attributes') {
        if (r.attributeName === 'class' || r.attributeName === 'style') continue;
        carried.delete(r.target);
        if (r.attributeName === 'slot' || localName(r.target) === 'slot') said = new WeakMap(); // it is shown elsewhere now
      }
      for (let n = r.target; n && !done.has(n); n = up(n)) { done.add(n); said.delete(n); }
    }
  };
  // saidOf: all that an element says, up to a length (null: it says more), and the ids in it.
  const saidOf = (e, limit) => {
    let a = said.get(e);
    if (!a) {
      const s = textContent(e).length > limit * 4 ? null : text(e, true, limit + 20);
      said.set(e, (a = { s, long: s === null || s.length > limit, ids: s === null || s.length > limit ? null : idsIn(s, new Set()) }));
    }
    return a;
  };
  const carriedBy = (el) => {
    let mine = carried.get(el);
    if (!mine) {
      mine = new Set();
      for (const a of attributes(el)) if (a.value.length >= 6 && a.value.length < 600 && a.name !== 'class' && a.name !== 'style') idsIn(a.value, mine);
      carried.set(el, mine.size ? mine : (mine = NOTHING));
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

  const inlineBox = (el) => { const s = getComputedStyle(el); return s.display === 'inline' && s.position === 'static' && s.float === 'none'; };
  const boxed = (el) => {
    const s = getComputedStyle(el);
    return s.display !== 'inline' || s.position !== 'static' || s.float !== 'none' || s.borderTopWidth !== '0px' || !/^rgba\(0, 0, 0, 0\)$|^transparent$/.test(s.backgroundColor);
  };
  const smallWord = (w) => { const f = fold(w).replace(/[()\[\]·|,–-]/g, ' ').trim(); return !f || K.vocabulary.has(f) || K.labels.has(f) || isPhrase(f, 'badge') || idsIn(w, new Set()).size > 0; };
  // alone: nothing beside it on its line makes it a part of a longer name.
  const alone = (el, name, own) => {
    let e = el, inner = own; // own: the text node that says it, where the element says more
    for (let n = 0; n < 5; n++) {
      const p = inner ? e : up(e);
      if (!isElement(p)) return true;
      const flexible = /flex|grid|table/.test(getComputedStyle(p).display);
      let seen = false;
      for (const k of kids(p)) {
        if (k === (inner || e)) { seen = true; continue; }
        if (nodeType(k) === 3) {
          const t = clean(k.data);
          if (!t) continue;
          if (flexible || smallWord(t) || (!seen && /[:：]$/.test(t))) continue;
          return false;
        }
        if (!isElement(k) || SILENT.has(localName(k)) || flexible || localName(k) === 'br') continue;
        const w = clean(text(k, true, 200));
        if (!w || boxed(k) || smallWord(w) || (!seen && /[:：]$/.test(w))) continue;
        return false;
      }
      if (!inner || !inlineBox(e)) { if (!isElement(p) || !inlineBox(p)) return true; }
      if (inner) { inner = null; if (!inlineBox(e)) return true; } else e = p;
    }
    return true;
  };

  // scan finds all anchors; what it found serves until something changes.
  const scan = () => {
    const at = stamp();
    if (S && S.at === at && S.k === K) return S;
    const hits = new Map(); // element -> {name, ids}
    const torn = new Map(); // element -> the ids of several devices that it carries
    const hit = (el) => { let h = hits.get(el); if (!h) hits.set(el, (h = { name: '', ids: new Set() })); return h; };
    const L = Math.max(K.longest + 45, 90);
    const named = (s) => {
      if (K.groups.has(s)) return s;
      const m = /^[^:：]{1,40}[:：]\s*(.+)$/.exec(s);
      return m && K.groups.has(m[1]) ? m[1] : '';
    };
    const cut = /(…|\.\.\.)$/;
    const visited = new Set();
    const climb = (node) => {
      const data = clean(node.data);
      if (!data) return;
      const first = parentNode(node);
      if (!isElement(first) || SILENT.has(localName(first))) return;
      for (let e = first, n = 0; isElement(e) && n < 6 && !visited.has(e); e = up(e), n++) {
        const { s, long, ids } = saidOf(e, L);
        if (long) break;
        visited.add(e);
        const name = named(s) || (cut.test(s) ? named(untruncated(e)) : '');
        if (name) { if (!hits.has(e) || !hits.get(e).name) hit(e).name = name; }
        if (ids.size === 1) hit(e).ids.add([...ids][0]);
      }
      const own = named(data);
      if (own && !(hits.get(first) || {}).name && alone(first, own, node)) hit(first).name = own;
    };
    const roots = documents().concat(hosts().map(shadowRoot));
    for (const r of roots) {
      const w = treeWalker(nodeType(r) === 9 ? r : ownerDocument(r), r, 4);
      for (let n = w.nextNode(); n; n = w.nextNode()) climb(n);
      const find = nodeType(r) === 9 ? inDocument : inFragment;
      for (const el of find(r, '[title],[alt],[aria-label]')) {
        const aria = clean(attr(el, 'aria-label')), alt = clean(attr(el, 'alt')), title = clean(attr(el, 'title'));
        for (const v of [aria, alt, title]) {
          const name = v && named(v);
          if (!name) continue;
          if (v === title && v !== aria && v !== alt) { const t = text(el, true, 200); if (t && !name.startsWith(t.replace(cut, '').trim())) continue; }
          if (!(hits.get(el) || {}).name) hit(el).name = name;
        }
      }
      for (const el of find(r, '*')) {
        if (SILENT.has(localName(el)) || !el.hasAttributes()) continue;
        const mine = carriedBy(el);
        if (mine.size === 1) hit(el).ids.add([...mine][0]);
        else if (mine.size) torn.set(el, mine);
      }
    }
    // A name inside a longer name, or inside words that say more, is not said.
    for (const [el, h] of hits) {
      if (!h.name) continue;
      let drop = false;
      for (let e = up(el), n = 0; isElement(e) && n < 5; e = up(e), n++) { const o = hits.get(e); if (o && o.name && o.name !== h.name && o.name.length > h.name.length) drop = true; }
      if (!drop && clean(attr(el, 'aria-label')) !== h.name && named(text(el, true, L + 20)) && !alone(el, h.name)) drop = true;
      // What is read out in its place says another device.
      const aria = clean(attr(el, 'aria-label'));
      if (aria && aria !== h.name && K.groups.has(aria)) { h.name = aria; }
      if (drop) h.name = '';
    }
    const marks = new Map(); // element -> {g: name groups, d: devices} in it, three at most
    const mark = (el, g, d) => {
      for (let e = el; e; e = up(e)) {
        let m = marks.get(e);
        if (!m) marks.set(e, (m = { g: [], d: [] }));
        if (g && m.g.length < 3 && !m.g.includes(g)) m.g.push(g);
        if (d !== undefined && m.d.length < 3 && !m.d.includes(d)) m.d.push(d);
      }
    };
    S = { at, k: K, hits, marks, names: new Map(), ids: new Map(), weak: [] };
    for (const [el, h] of hits) {
      if (h.ids.has(MANY)) h.ids.delete(MANY);
      for (const d of h.ids) { mark(el, K.devices[d].name || '#' + d, d); if (!S.ids.has(d)) S.ids.set(d, []); S.ids.get(d).push(el); }
      if (h.name && K.weak(h.name)) { S.weak.push([el, h.name]); continue; }
      if (h.name) { mark(el, h.name); if (!S.names.has(h.name)) S.names.set(h.name, []); S.names.get(h.name).push(el); }
    }
    // What carries the ids of several devices is none of them alone.
    for (const [el, mine] of torn) for (const d of [...mine].filter((x) => x !== MANY).slice(0, 3)) mark(el, K.devices[d].name || '#' + d, d);
    S.strong = [...S.names.values()].flat().filter((el) => visible(el));
    // Weak names count in the slot of the strong ones only.
    const weak = [];
    for (const [el, name] of S.weak) {
      const item = slotItem(el);
      const near = idNear(el, name);
      if (item || near) weak.push([el, name]);
    }
    for (const [el, name] of weak) { mark(el, name); if (!S.names.has(name)) S.names.set(name, []); S.names.get(name).push(el); }
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

  // ---- rows and their places ----

  const classes = once((el) => (attr(el, 'class') || '').split(/\s+/).filter(Boolean));
  const alike = (a, b) => {
    if (localName(a) !== localName(b)) return false;
    const x = classes(a), y = classes(b);
    return (!x.length && !y.length) || x.some((c) => y.includes(c));
  };
  const indexIn = (el) => { let i = 0; const p = parentNode(el); if (!p) return 0; for (const k of childNodes(p)) { if (k === el) return i; if (isElement(k)) i++; } return i; };
  // pathTo: the elements from the anchor up to, and with, its item.
  const pathTo = (el, item) => { const out = []; for (let e = el; e; e = up(e)) { out.push(e); if (e === item) return out; } return null; };
  const samePath = (a, b, places) => a.length === b.length && a.every((e, i) => alike(e, b[i]) && (i === a.length - 1 || !places || classes(e).length || indexIn(e) === indexIn(b[i])));
  // itemOf: the largest element around an anchor without anything of another name.
  const itemOf = (el, name) => {
    let cur = el;
    for (let p = up(el); isElement(p); p = up(p)) {
      const m = S.marks.get(p);
      if (m && m.g.some((g) => g !== name)) return cur;
      if (frameLike(p)) return null;
      cur = p;
    }
    return null; // nothing else bounds it
  };
  const samples = () => {
    if (S.samples) return S.samples;
    S.samples = [];
    for (const el of S.strong.slice(0, 60)) {
      const item = itemOf(el, S.hits.get(el).name);
      if (item) S.samples.push(pathTo(el, item));
    }
    // Where a row holds a child's, no more than the name's own cell is without another
    // name: that is no item.
    const whole = (s, o) => { const p = [...s]; while (p.length < o.length) { const e = up(p[p.length - 1]); if (!isElement(e)) return false; p.push(e); } return samePath(p, o, false); };
    S.samples = S.samples.filter((s) => !S.samples.some((o) => o.length > s.length && whole(s, o)));
    return S.samples;
  };
  // forms: the samples by all that fills asks of one, so that it is asked once of each.
  const forms = () => {
    if (S.forms) return S.forms;
    const by = new Map();
    for (const s of samples()) {
      const form = s.map((e) => [localName(e), ...classes(e), classes(e).length ? '' : indexIn(e)].join(' ')).join('\n');
      if (!by.has(form)) by.set(form, []);
      by.get(form).push(s);
    }
    return (S.forms = [...by.values()]);
  };
  // slotItem: the item of an element that stands where a strong name stands in its own.
  const slotItem = (el) => {
    for (const s of samples()) {
      let e = el;
      for (let i = 1; i < s.length && e; i++) e = up(e);
      if (!isElement(e)) continue;
      const p = pathTo(el, e);
      if (!p || p.includes(s[s.length - 1]) || s.includes(el) || !samePath(p, s, true)) continue;
      // A slot that is fuller than the list is not the slot of the names.
      const sib = parentNode(e) ? [...childNodes(parentNode(e))].filter((k) => isElement(k) && alike(k, e)) : [];
      if (sib.length > K.devices.length + 2) continue;
      return e;
    }
    return null;
  };
  const FRAME = 'html,body,main,[role=main]';
  const LANDMARK = 'header,nav,footer,[role=banner],[role=navigation],[role=contentinfo]';
  const frameLike = (el) => matches(el, FRAME);
  const foreign = (el, dev) => {
    const m = S.marks.get(el);
    if (!m) return false;
    const d = K.devices[dev];
    return m.g.some((g) => g !== (d.name || '#' + dev)) || m.d.some((x) => x !== dev);
  };
  const hasControl = once((el) => { let n = 0; for (const c of everyIn(el)) { if (++n > 400) break; if (pressable(c)) return true; } return pressable(el); });
  // everyIn: all elements below one, shadow trees included.
  const everyIn = (el) => {
    const out = [];
    const add = (list) => { for (const e of list) { out.push(e); const s = shadowRoot(e); if (s) add(inFragment(s, '*')); } };
    const s = shadowRoot(el);
    if (s) add(inFragment(s, '*'));
    add(inElement(el, '*'));
    return out;
  };
  // rival: a sibling of cur that fills the slot of the name and holds a control is a
  // row of its own, whether the list knows it or not.
  const rival = (cur, p, anchor) => {
    const path = pathTo(anchor, cur);
    if (!path) return null;
    const root = shadowRoot(p);
    for (const s of childNodes(root || p)) {
      if (s === cur || !isElement(s) || !alike(s, cur) || !visible(s)) continue;
      const fill = fills(s, path);
      if (!fill) continue;
      if (!hasControl(s) || !hasControl(cur)) continue;
      return s;
    }
    return null;
  };
  // fills: the element of s that stands where the anchor stands in its own item.
  const fills = (s, path) => {
    let level = [s];
    for (let i = path.length - 2; i >= 0; i--) {
      const next = [];
      for (const e of level) for (const k of kids(e)) if (isElement(k) && alike(k, path[i]) && (classes(k).length || indexIn(k) === indexIn(path[i]))) next.push(k);
      if (!next.length) return null;
      level = next;
    }
    return level.find((e) => { const t = text(e, true, 200); return t && !isPhrase(fold(t), 'deregister') && !K.vocabulary.has(fold(t)); }) || null;
  };
  // owned: an element that is like a row, whose slot of the name says something else.
  const owned = (p, anchor) => {
    for (const form of forms()) {
      if (!alike(p, form[0][form[0].length - 1])) continue;
      const s = form.find((s) => !s.includes(anchor) && !within(p, s[s.length - 1]));
      if (!s) continue;
      const f = fills(p, s);
      if (f && !within(f, anchor) && !within(anchor, f) && visible(f) && !smallWord(text(f, true, 200))) return f;
    }
    return null;
  };
  // titled: an element with controls and a title of its own, as prominent as the name:
  // something else that can be acted upon (a group, a row that the list lacks).
  const titled = (s, anchor, dev) => {
    if (!visible(s) || !hasControl(s)) return '';
    const a = getComputedStyle(anchor), size = parseFloat(a.fontSize), weight = parseInt(a.fontWeight, 10) || 400;
    const w = treeWalker(ownerDocument(s), s, 4);
    for (let n = w.nextNode(), i = 0; n && i < 200; n = w.nextNode(), i++) {
      const t = clean(n.data), p = parentNode(n);
      if (!/\p{L}{2}/u.test(t) || !isElement(p) || SILENT.has(localName(p)) || !visible(p)) continue;
      if (smallWord(t) || /[:\uff1a]$/.test(t) || /\b(19|20)\d\d\b/.test(t) || idsIn(t, new Set()).has(dev) || fold(t) === fold(K.devices[dev].name)) continue;
      let c = p;
      while (c && c !== s && !(isElement(c) && matches(c, NATIVE))) c = up(c);
      if (c && c !== s) continue; // the words of a control
      const st = getComputedStyle(p), heavy = parseInt(st.fontWeight, 10) || 400;
      if (parseFloat(st.fontSize) < size * 0.97 || heavy < weight) continue;
      if (heavy >= 600 || /^h[1-6]$/.test(localName(p)) || alike(p, anchor) || parseFloat(st.fontSize) > size * 1.15) return t;
    }
    return '';
  };
  // childOf: p is a row as the others are, in which the anchor stands as their names do;
  // all that it holds of another device is in this one element, the row of a child.
  const childOf = (p, anchor, dev) => {
    const path = pathTo(anchor, p);
    const beside = (s) => { const item = s[s.length - 1]; return item !== p && parentNode(item) === parentNode(p) && alike(item, p) && samePath(path, s, false); };
    if (!path || path.length < 2 || !samples().some(beside)) return null;
    const strange = [...kids(p)].filter((k) => isElement(k) && foreign(k, dev));
    return strange.length === 1 && !within(strange[0], anchor) && hasControl(strange[0]) ? strange[0] : null;
  };
  // inPlace: an element stands in a place, and not in a child's row there.
  const inPlace = (p, c) => within(p.el, c) && !(p.without && within(p.without, c));
  // placeOf: the place of one anchor of a device.
  const placeOf = (el, dev) => {
    const name = K.devices[dev].name;
    const twins = (S.names.get(name) || []).filter((o) => o !== el && !within(o, el) && !within(el, o) && visible(o) && alike(o, el));
    let cur = el, bounded = false, twin = false, nested = false, fenced = false, without = null;
    for (let p = up(el); isElement(p); p = up(p)) {
      if (foreign(p, dev)) {
        bounded = true;
        // The id beside the name is that of another device of this name.
        const m = S.marks.get(p);
        twin = m.g.every((g) => g === name) && m.d.length > 0 && !m.d.includes(dev);
        without = childOf(p, el, dev);
        if (without) { cur = p; twin = false; }
        break;
      }
      if (rival(cur, p, el) || twins.some((t) => within(p, t) && !within(cur, t))) { bounded = true; break; }
      if (frameLike(p)) break;
      if (cur !== el || hasControl(cur)) {
        if ([...kids(p)].some((k) => k !== cur && isElement(k) && !closestSafe(k, LANDMARK) && titled(k, el, dev))) { bounded = true; fenced = true; break; }
      }
      // A row lies in the row of a parent that the list lacks.
      if (owned(p, el)) { bounded = nested = true; break; }
      cur = p;
    }
    let odd = false;
    if (without) return { el: cur, bounded, odd, twin, anchor: el, without };
    const others = samples().filter((s) => !s.includes(el) && !within(s[s.length - 1], el) && !within(el, s[s.length - 1]) && S.hits.get(s[0]).name !== name);
    if (bounded && others.length) {
      let best = null;
      for (let e = el; e; e = up(e)) { const p = pathTo(el, e); if (others.some((o) => samePath(p, o, false))) best = e; if (e === cur) break; }
      if (best) cur = best; else odd = others.length > 1 && !nested && !fenced;
    }
    return { el: cur, bounded, odd, twin, anchor: el };
  };
  // places of a device, one for each item that shows it; sure: it cannot be another's.
  const placesOf = (dev) => {
    scan();
    const d = K.devices[dev], group = K.groups.get(d.name) || [];
    const marked = (S.ids.get(dev) || []).filter((el) => visible(el));
    const namedHere = (S.names.get(d.name) || []).filter((el) => visible(el));
    const out = [];
    const add = (el, byID) => {
      if (foreign(el, dev)) return; // it says two devices: whose it is, nobody knows
      const p = placeOf(el, dev);
      if (p.twin) return;
      const old = out.find((o) => o.el === p.el || inPlace(o, p.el) || inPlace(p, o.el));
      if (old) { if (within(p.el, old.el) && p.el !== old.el) { old.el = p.el; old.without = p.without; } if (byID) old.id = true; else { old.named = true; if (!old.anchorNamed) { old.anchor = p.anchor; old.anchorNamed = true; } } old.odd = old.odd && p.odd; return; }
      out.push({ ...p, id: byID, named: !byID, anchorNamed: !byID });
    };
    for (const el of namedHere) add(el, false);
    for (const el of marked) add(el, true);
    for (const p of out) if ((S.marks.get(p.el) || { d: [] }).d.includes(dev)) p.id = true;
    const route = routeOwner();
    if (route !== null && route !== dev) return { places: [], why: { kind: 'other', words: 'the address is that of another device' } };
    let list = out;
    const withID = out.filter((p) => p.id);
    if (withID.length) list = withID;
    else if (route === dev) list = out;
    else if (group.length > 1) return { places: out, unsure: true, why: { kind: 'ambiguous', words: `${group.length} devices are named ${d.name} and nothing here tells which is which` } };
    else if (out.length > 1) {
      // A name that stands more often than it is listed.
      let items = out.filter((p) => p.bounded);
      // What our press opened may say the name again.
      if (pressed1 && pressed1.dev === dev) { const old = items.filter((p) => !(fresh(p.anchor) && !likeOthers(p.el, p.anchor))); if (old.length) items = old; }
      if (items.length > 1) return { places: out, unsure: true, why: { kind: 'ambiguous', words: `${items.length} rows have this name` } };
      if (items.length === 1) list = items;
    }
    return { places: list };
  };
  // routeOwner: the device whose id the address carries; null: none.
  const routeOwner = () => {
    let h = location.hash + ' ' + location.search;
    try { h = decodeURIComponent(h); } catch { /* not encoded */ }
    const ids = idsIn(h, new Set());
    ids.delete(MANY);
    return ids.size === 1 ? [...ids][0] : null;
  };

  // ---- controls ----

  const NATIVE = 'button,a[href],summary,input:not([type=hidden]),select,[role=button],[role=link],[role=menuitem],[role=menuitemradio],[role=tab],[role=option],[role=switch],[role=checkbox],[role=radio],[role=treeitem],[onclick],[tabindex]:not([tabindex^="-"])';
  const cursor = once((el) => getComputedStyle(el).cursor);
  const pointers = (el) => { if (cursor(el) !== 'pointer') return false; const p = up(el); return !isElement(p) || cursor(p) !== 'pointer'; };
  const pressable = once((el) => matches(el, NATIVE) || pointers(el));
  // faced: an invisible control laid over a face that can be seen, as Amazon's own are.
  const faced = (el) => {
    if (!matches(el, 'input[type=submit],input[type=button],input[type=reset],input[type=image],input[type=checkbox],input[type=radio],button,a') || !rendered(el, { visibilityProperty: true })) return false;
    const o = parseFloat(getComputedStyle(el).opacity);
    if (!(o < 0.1)) return false;
    const p = up(el);
    if (!isElement(p) || invisible(p)) return false;
    const a = boxOf(el), b = boxOf(p);
    return sized(a) && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom && [...kids(p)].some((k) => k !== el && (isElement(k) ? visible(k) && (text(k) || inElement(k, 'img,svg,i').length) : clean(k.data)));
  };
  const canSee = (el, trust) => !invisible(el, trust) || faced(el);
  // called: what a control is called, for whoever reads it and for whoever hears it.
  const spoken = once((el) => text(el, false, 300));
  const called = once((el) => {
    const out = [];
    const add = (v) => { const c = clean(v); if (c && !out.includes(c)) out.push(c); };
    add(attr(el, 'aria-label'));
    add(idrefs(el, 'aria-labelledby'));
    add(spoken(el));
    if (matches(el, 'input')) { if (/^(submit|button|reset)$/i.test(attr(el, 'type') || '')) add(attr(el, 'value')); if (faced(el)) add(text(up(el), false, 300)); for (const l of labels(el)) add(text(l, false, 300)); }
    add(attr(el, 'title'));
    for (const i of inElement(el, 'img[alt],svg[aria-label],[role=img][aria-label]')) add(attr(i, 'alt') || attr(i, 'aria-label'));
    return out;
  });
  const says = (el, name, dev) => {
    const d = dev === undefined ? '' : fold(K.devices[dev].name);
    const ok = (w) => isPhrase(w, name) || (d && (phrases.get(name) || []).some((p) => w === p + ' ' + d || w === d + ' ' + p || w === p + ': ' + d || w === p + ' "' + d + '"' || w === p + ' \u201c' + d + '\u201d'));
    const words = (w) => !/^[\p{P}\p{S}\s]*$/u.test(w);
    const own = fold(spoken(el)); // most elements say something else, and are asked no more
    if (words(own) && !ok(own)) return false;
    const all = called(el).map(fold).filter(words);
    return !!all.length && all.every(ok);
  };
  // threat: the danger that a control is. The words of a row that can be pressed as a
  // whole are no label of it.
  const threat = (el, place) => {
    const mine = called(el).map(fold);
    for (const d of set.dangers || []) {
      if (d.where === 'dialog') continue;
      for (let n = el, i = 0; isElement(n) && i < 3; n = up(n), i++) { if (place && (n === place || within(n, place))) break; if (d.css && matches(n, d.css)) return d.name; }
      if (d.text && (d.contains ? mine.some((x) => speaks(x, d.text)) : mine.some((x) => isPhrase(x, d.text)))) return d.name;
    }
    return '';
  };
  const controlsIn = (el, trust) => everyIn(el).filter((c) => pressable(c) && canSee(c, trust));
  const inLandmark = (c, place) => { const l = closestSafe(c, LANDMARK); return !!l && !within(l, place); };
  // deregistersIn: what says Deregister in an element and can be seen.
  const deregistersIn = (el, dev, trust) => {
    const own = everyIn(el).concat(el).filter((c) => (pressable(c) || isPhrase(fold(text(c, false, 60)), 'deregister')) && canSee(c, trust) && says(c, 'deregister', dev));
    const inner = innermost(own);
    // an overlaid input and its face are one control
    const faces = inner.filter((c) => !inner.some((o) => o !== c && matches(o, 'input') && faced(o) && within(up(o), c)));
    // the words of a control are not a second one
    return faces.map((c) => { let best = c; for (let n = c, i = 0; isElement(n) && i < 4 && n !== up(el); n = up(n), i++) if (pressable(n) && says(n, 'deregister', dev)) { best = n; break; } return best; }).filter((c, i, a) => a.indexOf(c) === i);
  };
  // A word that is also a device's name is one only where the names stand.
  const isName = (c) => { const h = S.hits.get(c); return !!h && !!h.name && (S.names.get(h.name) || []).includes(c); };

  // ---- what a press of ours brought ----

  let pressed1 = null; // {dev, seek, place, fresh, at}
  let pending = null; // the same of a gesture that is under way
  const begun = (spec, el) => {
    const p = spec.seek;
    stamp();
    const old = pressed1 && pressed1.dev === spec.dev && /^(confirm|tick|cancel|notice)$/.test(p) ? pressed1 : null;
    pending = old ? { ...old, last: p, ...(p === 'confirm' ? { fresh: new WeakSet(), list: [], before: new WeakSet(openLayers()), said: sayings(), layer: confirmed(el, spec.dev) } : {}) } : { dev: spec.dev, seek: p, last: p, el: new WeakRef(el), fresh: new WeakSet(), list: [], before: new WeakSet(openLayers()), said: sayings(), failed: new Set(failures().map((f) => f[1])), labels: new Set(spec.dev === undefined ? [] : placesOf(spec.dev).places.flatMap((x) => controlsIn(x.el)).flatMap((c) => called(c).map(fold))),
      around: surroundings(el), tier: p === 'opener' ? parseInt(spec.sig, 10) : 0, own: p === 'name' && pressable(el) && !!(S.hits.get(el) || {}).name, rows: spec.dev === undefined ? [] : placesOf(spec.dev).places.map((x) => new WeakRef(x.el)), home: p === 'deregister' ? homeOf(spec.dev) : null, ...inside(spec) };
  };
  // inside: a press within what an earlier press opened stays a press for that device.
  const inside = (spec) => {
    const was = pressed1 && pressed1.dev === spec.dev ? pressed1 : null;
    if (spec.in) { const found = placesOf(spec.dev), panel = panelOf(spec.dev, found); return panel.el ? { panel: new WeakRef(panel.el), sure: true } : {}; }
    return was && spec.seek === 'deregister' ? { panel: was.panel, sure: was.sure } : {};
  };
  // homeOf: what held the Deregister that is pressed, its question may come up in.
  const homeOf = (dev) => { const f = findDeregister(dev, null); return f.el && f.place && f.place !== document.body && f.place !== f.el ? new WeakRef(f.place) : null; };
  const confirmed = (el, dev) => { const h = holderOf(el, dev); return h && h.layer ? new WeakRef(h.el) : null; };
  const ended = (ok) => { disturbed(); if (ok && pending) { stamp(); pressed1 = pending; } pending = null; };
  // surroundings tell a control that was drawn anew from another one of its words.
  const surroundings = (el) => { const own = text(el, false, 200); for (let n = up(el), i = 0; isElement(n) && i < 6; n = up(n), i++) { const t = text(n, false, 600); if (t.length > own.length + 3) return own + '\u0000' + t; } return own; };
  const fresh = (el) => { for (let n = el; n; n = up(n)) if (pressed1.fresh.has(n)) return true; return false; };
  const OVER = 'dialog,[role=dialog],[role=alertdialog],[role=menu],[role=listbox],[aria-modal=true],[popover]';
  const overlay = (el) => {
    if (matches(el, OVER)) return true;
    const s = getComputedStyle(el);
    return s.position === 'fixed' || s.position === 'absolute';
  };
  const layersNow = () => { const out = []; for (const d of documents()) out.push(...inDocument(d, OVER)); return out.filter((el) => visible(el)); };
  // openLayers: what lies over the page already, also where no role says so: it holds a
  // button that could confirm.
  const openLayers = () => {
    const out = layersNow();
    const add = (el) => {
      let layer = null;
      for (let e = el; isElement(e) && !frameLike(e); e = up(e)) if (!pressable(e) && overlay(e) && !rowLike(e)) layer = e;
      if (layer && visible(el) && !out.includes(layer)) out.push(layer);
    };
    const asks = (w) => ['confirm', 'agree', 'cancel'].some((p) => isPhrase(fold(w), p));
    for (const r of documents().concat(hosts().map(shadowRoot))) {
      const w = treeWalker(nodeType(r) === 9 ? r : ownerDocument(r), r, 4);
      for (let n = w.nextNode(); n; n = w.nextNode()) if (n.data.length < 60 && asks(n.data) && isElement(parentNode(n))) add(parentNode(n));
      for (const i of (nodeType(r) === 9 ? inDocument : inFragment)(r, 'input[type=button],input[type=submit]')) if (asks(attr(i, 'value') || '')) add(i);
    }
    return out;
  };
  // holderOf: what came up with a control: the outermost layer that is new, else the
  // largest new element that holds nothing of others.
  const holderOf = (c, dev) => {
    let layer = null, flow = null;
    for (let n = c; isElement(n) && !frameLike(n); n = up(n)) {
      if (!fresh(n)) break;
      if (n !== c && !pressable(n) && overlay(n) && !pressed1.before.has(n) && !rowLike(n)) layer = n;
      if (!foreign(n, dev)) flow = n;
    }
    if (layer) return { el: layer, layer: true };
    // A layer that was confirmed and asks once more is the same one.
    const again = pressed1.layer && pressed1.layer.deref();
    if (again && within(again, c)) for (let n = c; n && n !== again; n = up(n)) if (pressed1.fresh.has(n)) return { el: again, layer: true, again: true };
    if (!flow) return null;
    // In the flow of the page it is the least that says something which was not there
    // before: a row drawn anew holds its old words too.
    for (let n = up(c); isElement(n) && !frameLike(n) && !foreign(n, dev); n = up(n)) if (newWords(n)) return { el: n };
    return { el: flow };
  };
  // newWords: an element says, outside of its controls, what nothing said before the press.
  const newWords = (el) => {
    const w = treeWalker(ownerDocument(el), el, 4);
    for (let n = w.nextNode(), i = 0; n && i < 400; n = w.nextNode(), i++) {
      const t = fold(n.data);
      if (!t || pressed1.said.has(t)) continue;
      if (!controlWords(n, el)) return true;
    }
    return false;
  };
  // controlWords: a text is what a control in el is called, or the face of one.
  const controlWords = (node, el) => {
    const first = parentNode(node);
    for (let c = first, i = 0; isElement(c); c = up(c), i++) {
      if (c !== el && pressable(c)) return true;
      if (i < 4 && [...kids(c)].some((k) => isElement(k) && faced(k) && meet(k, first))) return true;
      if (c === el) return false;
    }
    return false;
  };
  const meet = (x, y) => { const a = boxOf(x), b = boxOf(y); return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom; };
  // sayings: all that the document says now, text by text.
  const sayings = () => {
    const out = new Set();
    for (const r of documents().concat(hosts().map(shadowRoot))) {
      const w = treeWalker(nodeType(r) === 9 ? r : ownerDocument(r), r, 4);
      for (let n = w.nextNode(); n; n = w.nextNode()) { const p = parentNode(n); if (isElement(p) && !SILENT.has(localName(p))) out.add(fold(n.data)); }
    }
    return out;
  };
  // rowLike: the rows of a virtual list are laid out by position, as layers are.
  const inRowOf = (el, sample) => { const item = sample[sample.length - 1]; return item === el || (alike(item, el) && parentNode(item) === parentNode(el)); };
  // likeOthers: it is laid out as a row of another device is, beside it, with the name
  // where theirs is.
  const likeOthers = (el, anchor) => samples().some((s) => { if (s[s.length - 1] === el || !inRowOf(el, s)) return false; const p = anchor && pathTo(anchor, el); return !p || samePath(p, s, true); });
  const rowLike = (el) => samples().some((s) => inRowOf(el, s));
  const wordsOf = (el) => dialogWords(el);
  // otherIn: another device that some words name: of the list, longest names first.
  const otherIn = (el, dev) => {
    scan();
    const m = S.marks.get(el);
    const d = K.devices[dev];
    if (m && m.d.some((x) => x !== dev)) return K.devices[m.d.find((x) => x !== dev)].name || 'another id';
    let words = wordsOf(el), ours = false;
    const names = K.byLength || (K.byLength = [...K.groups.keys()].sort((a, b) => b.length - a.length));
    for (const n of strangers().concat(names).sort((a, b) => b.length - a.length)) {
      if (n !== d.name && K.weak(n)) continue;
      for (let i = wordAt(words, n); i >= 0; i = wordAt(words, n, i)) {
        if (n === d.name) ours = true; else if (!(d.name && wordAt(d.name, n) >= 0 && ours)) return n;
        words = words.slice(0, i) + '\u0000' + words.slice(i + n.length);
      }
    }
    if (ours) return '';
    // Where nobody is named, a name that is also a word of the page may be meant. What
    // every such pop-up says counts only where it says it once more.
    const plain = plainText(el);
    for (const n of names) {
      if (n === d.name || !K.weak(n)) continue;
      const i = wordAt(plain, n);
      if (i < 0) continue;
      const f = fold(n);
      const usual = isPhrase(f, 'deregister') || isPhrase(f, 'your-devices-tab') || isPhrase(f, 'confirm');
      if (!usual || wordAt(plain, n, i + n.length) >= 0) return n;
    }
    return '';
  };
  // strangers: the names of rows that the list lacks.
  const strangers = () => {
    if (S.strangers) return S.strangers;
    const out = new Set();
    const seenParents = new Set();
    for (const s of samples()) {
      const item = s[s.length - 1], p = parentNode(item);
      if (!p || seenParents.has(p)) continue;
      seenParents.add(p);
      for (const k of childNodes(p)) {
        if (!isElement(k) || !alike(k, item) || S.marks.has(k)) continue;
        const f = fills(k, s);
        const t = f ? clean(text(f, true, 200)) : '';
        if (t && t.length > 2 && !K.groups.has(t) && !K.weak(t)) out.add(t);
      }
    }
    return (S.strangers = [...out].sort((a, b) => b.length - a.length).slice(0, 200));
  };
  const saysDevice = (el, dev) => {
    const m = S.marks.get(el), d = K.devices[dev];
    if (m && m.d.includes(dev)) return true;
    if (!d.name || (K.groups.get(d.name) || []).length !== 1) return false;
    return (!!m && m.g.includes(d.name)) || (K.weak(d.name) && headed(el, d.name));
  };
  // headed: the first thing that an element says, outside of its controls, is a name. A
  // word of the page counts as a name there, and in the slot of the names only.
  const headed = (el, name) => {
    const w = treeWalker(ownerDocument(el), el, 4);
    for (let n = w.nextNode(); n; n = w.nextNode()) {
      const t = clean(n.data), p = parentNode(n);
      if (t && isElement(p) && !SILENT.has(localName(p)) && visible(p) && !controlWords(n, el)) return t === name;
    }
    return false;
  };
  // asksFor: "Deregister NAME?". otherIn has the last word on who else may be meant.
  const asksFor = (el, dev) => {
    const d = K.devices[dev];
    return saysDevice(el, dev) || (!!d.name && (K.groups.get(d.name) || []).length === 1 && !K.weak(d.name) && d.name.length > 2 && wordAt(wordsOf(el), d.name) >= 0 && !otherIn(el, dev));
  };

  // ---- what a press of ours brought ----

  let pressed1 = null; // {dev, seek, place, fresh, at}
  let pending = null; // the same of a gesture that is under way
  const begun = (spec, f) => {
    const p = spec.seek, el = f.el;
    stamp();
    const old = pressed1 && pressed1.dev === spec.dev && /^(confirm|tick|cancel|notice)$/.test(p) ? pressed1 : null;
    if (old) {
      pending = { ...old, last: p };
      if (p === 'tick') pending.ticked = new Set([...old.ticked, fold(optionWords(el))]);
      if (p === 'confirm') Object.assign(pending, { fresh: new WeakSet(), list: [], before: new WeakSet([...openLayers(), ...layersAround(el)]), said: sayings(), layer: confirmed(el, spec.dev), pressed: new WeakRef(el), lastWords: called(el).map(fold) });
      return;
    }
    const was = pressed1 && pressed1.dev === spec.dev ? pressed1 : null, places = spec.dev === undefined ? [] : placesOf(spec.dev).places;
    pending = {
      dev: spec.dev, seek: p, last: p, el: new WeakRef(el), words: called(el).map(fold), around: surroundings(el),
      fresh: new WeakSet(), list: [], before: new WeakSet([...openLayers(), ...layersAround(el)]), said: sayings(), failed: new Set(failures().map((f) => f[1])), ticked: new Set(),
      family: f.family || null, // the devices that a press on their family leads to
      tier: p === 'opener' ? parseInt(spec.sig, 10) : 0, own: p === 'name' && pressable(el) && !!(S.hits.get(el) || {}).name,
      counted: p === 'box' || (p === 'bar' && !!was && was.counted), // what is ticked is what we ticked
      ready: p === 'box' ? freeBar(spec.dev) : p === 'bar' && !!was && was.ready, // a bar for it was usable before
      bar: /^(opener|name)$/.test(p) && outerBar(spec.dev),
      known: p !== 'deregister' || routeOwner() === spec.dev || places.some((x) => x.id), // an id told whose it is
      hidden: new Set(places.filter((x) => x.bounded).flatMap((x) => hiddenIn(x.el))),
      labels: new Set(places.flatMap((x) => controlsIn(x.el)).flatMap((c) => called(c).map(fold))),
      spot: spotOf(places),
      rows: places.filter((x) => x.bounded).map((x) => new WeakRef(x.el)), home: p === 'deregister' ? homeOf(f) : null, ...inside(spec),
    };
  };
  // spotOf: which row of its list a place is, and how far things are scrolled.
  const spotOf = (places) => {
    const p = places.length === 1 && places[0].bounded ? places[0] : null;
    const rows = p && isElement(up(p.el)) ? [...kids(up(p.el))].filter((k) => isElement(k) && alike(k, p.el)) : [];
    return rows.some((k) => k !== p.el && S.marks.has(k)) ? { n: rows.indexOf(p.el), of: localName(p.el) + ' ' + classes(p.el).join(' '), at: window.scrollY + '|' + scroller().scrollTop } : null;
  };
  // moved: the row of a device is another one of its list than when it was pressed: a page that
  // remembers which row that was may mean the one that stands there now.
  const moved = (dev) => {
    const was = pressed1.spot, now1 = was && spotOf(placesOf(dev).places);
    if (now1 && now1.of === was.of && now1.at === was.at && now1.n !== was.n) return 'the rows of the list have moved since it was pressed';
    for (let e = pressed1.el.deref(); isElement(e) && isConnected(e) && !frameLike(e); e = up(e)) {
      const m = S.marks.get(e);
      if (m) return m.g.length === 1 && m.d.length < 2 && foreign(e, dev) ? 'what was pressed stands in the row of another device by now' : '';
    }
    return '';
  };
  // inside: a press within what an earlier press opened stays a press for that device.
  const inside = (spec) => {
    const was = pressed1 && pressed1.dev === spec.dev ? pressed1 : null;
    if (spec.in) { const found = placesOf(spec.dev), panel = panelOf(spec.dev, found); return panel.el ? { panel: new WeakRef(panel.el), sure: true } : {}; }
    return was && spec.seek === 'deregister' ? { panel: was.panel, sure: was.sure } : {};
  };
  // homeOf: what held the Deregister that is pressed, its question may come up in.
  const homeOf = (f) => (f.place && f.place !== document.body && f.place !== f.el ? new WeakRef(f.place) : null);
  const confirmed = (el, dev) => { const h = holderOf(el, dev); return h && h.layer ? new WeakRef(h.el) : null; };
  const ended = (ok) => { disturbed(); if (ok && pending) { stamp(); pressed1 = pending; } pending = null; };
  // arrived: a press on Deregister led to this document. All of it is new then, and it may be
  // the question.
  const arrived = (q) => {
    if (K) scan();
    pressed1 = { dev: byKey(q.key), page: true, known: true, opened: true, seek: 'deregister', last: 'deregister', el: new WeakRef(rootElement(document)), fresh: new WeakSet([rootElement(document)]), list: [], before: new WeakSet(), said: new Map(), ticked: new Set(), failed: new Set(), labels: new Set(), words: [], around: '', tier: 0, own: false, rows: [] };
    return {};
  };
  // notAsked: why a page that a press led to cannot ask about a device: it is of others, too.
  const notAsked = (dev) => {
    const route = routeOwner();
    if (route !== null && route !== dev) return 'the address belongs to another device';
    const shown = others(dev);
    return shown && shown + ' is in view, too';
  };
  // others: another device that is in view.
  const others = (dev) => {
    for (const [name, els] of [...S.names, ...S.mentions]) if (name !== K.devices[dev].name && !K.weak(name) && els.some((el) => visible(el))) return name;
    for (const [d, els] of S.ids) if (d !== dev && els.some((el) => visible(el))) return K.devices[d].name || 'another device';
    return '';
  };
  // surroundings tell a control that was drawn anew from another one of its words.
  const surroundings = (el) => { const own = [text(el, false, 200), ...called(el)].sort((a, b) => b.length - a.length)[0] || ''; for (let n = up(el), i = 0; isElement(n) && i < 6; n = up(n), i++) { const t = text(n, false, 600); if (t.length > own.length + 3) return own + '\u0000' + t; } return own; };
  const fresh = (el) => { for (let n = el; n; n = up(n)) if (pressed1.fresh.has(n)) return true; return false; };
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
    for (const name of ['confirm', 'agree', 'cancel']) for (const p of phrases.get(name) || []) {
      for (const n of texts().by.get(p) || []) if (isElement(parentNode(n))) add(parentNode(n));
      for (const i of texts().inputs.get(p) || []) add(i);
    }
    return out;
  };
  // layersAround: what a pressed element lies in: a menu that fades out after the press on it
  // changes once more, and is no question.
  const layersAround = (el) => { const out = []; for (let n = el; isElement(n) && !frameLike(n); n = up(n)) if (!pressable(n) && overlay(n)) out.push(n); return out; };
  // newLayer: it stands in what came up over the page since our press.
  const newLayer = (el) => { for (let n = el; isElement(n) && !frameLike(n); n = up(n)) if (overlay(n) && !pressed1.before.has(n) && !rowLike(n)) return true; return false; };
  // holderOf: what came up with a control: the outermost layer that is new, else the
  // largest new element that holds nothing of others.
  const holderOf = (c, dev) => {
    let layer = null, flow = null;
    for (let n = c; isElement(n) && !frameLike(n); n = up(n)) {
      if (!fresh(n)) break;
      if (n !== c && !pressable(n) && overlay(n) && !pressed1.before.has(n) && !rowLike(n)) layer = n;
      if (!foreign(n, dev)) flow = n;
    }
    // A layer may have stood there empty.
    if (!layer && flow) for (let n = flow; isElement(n) && !frameLike(n); n = up(n)) if (!pressable(n) && overlay(n) && !pressed1.before.has(n) && !rowLike(n) && allNew(n)) layer = n;
    if (layer) return { el: layer, layer: true };
    // A layer that was confirmed and asks once more is the same one.
    const again = pressed1.layer && pressed1.layer.deref();
    if (again && within(again, c) && (newWords(again) || !called(c).map(fold).every((w) => pressed1.lastWords.includes(w)))) for (let n = c; n && n !== again; n = up(n)) if (pressed1.fresh.has(n)) return { el: again, layer: true };
    if (!flow) return null;
    if (pressed1.page) for (let n = up(c); isElement(n) && localName(n) !== 'html' && !foreign(n, dev); n = up(n)) if (newWords(n) && (asksFor(n, dev) || routeOwner() === dev)) return { el: n };
    // In the flow of the page it is the least that says something which was not there
    // before: a row drawn anew holds its old words too.
    for (let n = up(c); isElement(n) && !frameLike(n) && !foreign(n, dev); n = up(n)) if (newWords(n)) return { el: n };
    // Or what says the device once more, with a name that came with the press, too.
    const d = K.devices[dev], said = d ? (S.names.get(d.name) || []).concat(S.ids.get(dev) || []).filter((x) => fresh(x) && visible(x)) : [];
    for (let n = up(c); isElement(n) && !frameLike(n) && !foreign(n, dev); n = up(n)) if (said.some((x) => within(n, x))) return { el: n };
    return { el: flow };
  };
  // hiddenIn: what a row holds and does not show, such as a question that is drawn with it.
  const hiddenIn = (el) => {
    const out = [], w = treeWalker(ownerDocument(el), el, 4);
    for (let n = w.nextNode(), i = 0; n && i < 400; n = w.nextNode(), i++) if (n.data.trim() && isElement(parentNode(n)) && !visible(parentNode(n))) out.push(fold(n.data));
    return out;
  };
  // wasSaid: these words could be read before the press.
  const wasSaid = (t) => pressed1.said.has(t) && !(pressed1.hidden && pressed1.hidden.has(t));
  // allNew: all that an element says came with the press.
  const allNew = (el) => {
    const w = treeWalker(ownerDocument(el), el, 4);
    for (let n = w.nextNode(), i = 0; n && i < 400; n = w.nextNode(), i++) if (n.data.trim() && isElement(parentNode(n)) && visible(parentNode(n)) && !fresh(parentNode(n))) return false;
    return true;
  };
  // newWords: an element says, outside of its controls, what nothing said before the press.
  const newWords = (el, counts = true) => {
    const w = treeWalker(ownerDocument(el), el, 4), shape = (t) => t.replace(/\d+/g, '#');
    for (let n = w.nextNode(), i = 0; n && i < 400; n = w.nextNode(), i++) {
      const t = fold(n.data);
      if (!t || wasSaid(t) || (!counts && [...pressed1.said.keys()].some((s) => shape(s) === shape(t)))) continue;
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
  const sayings = () => texts().by;
  // rowLike: the rows of a virtual list are laid out by position, as layers are.
  const inRowOf = (el, sample) => { const item = sample[sample.length - 1]; return item === el || (alike(item, el) && parentNode(item) === parentNode(el)); };
  // likeOthers: it is laid out as a row of another device is, beside it, with the name
  // where theirs is.
  const likeOthers = (el, anchor) => samples().some((s) => { if (s[s.length - 1] === el || !inRowOf(el, s)) return false; const p = anchor && pathTo(anchor, el); return !p || samePath(p, s, true); });
  const rowLike = (el) => samples().some((s) => inRowOf(el, s));
  const wordsOf = (el) => dialogWords(el);
  const saysDevice = (el, dev) => {
    const m = S.marks.get(el), d = K.devices[dev];
    if (m && m.d.includes(dev)) return true;
    if (!d.name) return false;
    const same = K.groups.get(d.name) || [];
    const said = !!m && m.g.includes(d.name) && (S.names.get(d.name) || []).some((n) => within(el, n));
    // Of several, the day of registration may tell.
    if (same.length !== 1) return !!d.date && said && m.g.length === 1 && !m.d.length && same.filter((i) => K.devices[i].date === d.date).length === 1 && leafTexts(el).includes(fold(d.date));
    return said || (K.weak(d.name) && headed(el, d.name));
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

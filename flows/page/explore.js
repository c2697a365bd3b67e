  // ---- exploring ----

  // closerAt: what closes the layer that keeps a press from a point. A backdrop is one
  // element, the box on it may be another.
  const closerAt = (x, y, trust) => {
    let why = 'nothing there to close it';
    const spots = [[x, y], [innerWidth / 2, innerHeight / 2], [innerWidth / 2, innerHeight / 3], [innerWidth / 2, innerHeight / 5], [innerWidth / 2, innerHeight - 60]];
    const boxes = layersNow().filter((el) => matches(el, 'dialog,[role=dialog],[role=alertdialog],[aria-modal=true]'));
    for (const by of [...spots.map(([px, py]) => hitAt(px, py)), ...boxes]) {
      let layer = null;
      for (let e = by; isElement(e) && !frameLike(e); e = up(e)) if (overlay(e) || /^(sticky|absolute|fixed)$/.test(getComputedStyle(e).position)) { if (S.marks.has(e) || rowLike(e)) break; layer = e; }
      if (!layer) continue;
      const controls = innermost(controlsIn(layer, trust));
      let closers = controls.filter((c) => says(c, 'close') || /^[\u00d7\u2715\u2716\u2a2fxX]$/u.test(clean(text(c))));
      if (!closers.length && !boxes.includes(by)) closers = controls.filter((c) => !called(c).length && !matches(c, 'input:not([type=button]),select,textarea')); // an icon
      if (closers.length === 1) return { el: closers[0] };
      why = `${closers.length} ways to close it`;
    }
    return fails('notfound', why);
  };
  const leafTexts = (el) => {
    const out = [];
    const w = treeWalker(ownerDocument(el), el, 4);
    for (let n = w.nextNode(); n && out.length < 30; n = w.nextNode()) { const t = fold(n.data); if (t) out.push(t); }
    return out;
  };
  const familyOf = (c) => {
    if (localName(c) === 'select') return null;
    const words = called(c).map(fold).concat(leafTexts(c)).concat([attr(c, 'value') || '', (attr(c, 'href') || '').replace(/^.*deviceFamily=([^&#]*).*$/i, '$1')].map(human));
    for (const w of words) {
      const b = bare(w).replace(/\s+(devices?|ger\u00e4te?)$/, '');
      for (const v of [w, bare(w), b]) for (const t of [v, v + 's', v.replace(/s$/, '')]) if (t && K.labels.has(t)) return K.labels.get(t);
    }
    return null;
  };
  // inPlaceOf: a control stands in the place of the one device whose name is near.
  const inPlaceOf = (c, name) => {
    S.placeOf = S.placeOf || new Map();
    if (!S.placeOf.has(name)) {
      const dev = (K.groups.get(name) || [])[0];
      S.placeOf.set(name, dev === undefined ? [] : (S.names.get(name) || []).filter((el) => visible(el)).map((el) => placeOf(el, dev)).filter((p) => p.bounded));
    }
    return S.placeOf.get(name).some((p) => inPlace(p, c));
  };
  const inLayer = (c) => { for (let e = c; isElement(e) && !frameLike(e); e = up(e)) if (overlay(e)) return !S.marks.has(e); return false; };
  // neverLeads: what is called so takes something away, whatever else it says.
  const neverLeads = (words) => words.some((w) => speaks(w, 'never-leads') && !isPhrase(w, 'your-devices-tab'));
  // namesFirst: nothing stands before the family in words but words of such pages: "Your Echo
  // devices", and not "Restart Echo".
  const namesFirst = (w) => {
    const at = Math.min(...[...K.labels.keys()].map((l) => wordAt(w, l)).filter((i) => i >= 0), Infinity);
    return at === Infinity || w.slice(0, at).split(/[^\p{L}\p{N}']+/u).every((x) => !x || /^\d+$/.test(x) || K.plain.has(x) || K.vocabulary.has(x) || isPhrase(x, 'several-nouns'));
  };
  const navs = (trust) => {
    const out = [];
    const strong = S.strong;
    for (const r of documents().concat(hosts().map(shadowRoot))) {
      const find = nodeType(r) === 9 ? inDocument : inFragment;
      for (const c of find(r, '*')) {
        if (SILENT.has(localName(c)) || !pressable(c) || !canSee(c, trust)) continue;
        if ((textContent(c).length > 400 && localName(c) !== 'select') || matches(c, 'input:not([type=button]):not([type=submit]):not([type=radio]),textarea,option')) continue;
        const words = called(c).map(fold).map(trim).filter(Boolean);
        if (words.some((w) => speaks(w, 'deregister-words') || speaks(w, 'deregister'))) continue;
        if (threat(c) || disabled(c) || away(c) || neverLeads(words)) continue;
        if (words.some((w) => HARM.some((h) => h !== 'danger-several' && speaks(w, h)))) continue; // whatever else it is called
        const m = S.marks.get(c);
        if (m && (m.g.length || m.d.length)) continue; // it bears a device
        if (words.some((w) => K.firm().some(([, f]) => wordAt(w, f) >= 0))) continue;
        const landmark = !!closestSafe(c, LANDMARK);
        let near = null;
        for (let e = c, i = 0; isElement(e) && i < 40; e = up(e), i++) { const mm = S.marks.get(e); if (mm) { near = mm; break; } }
        const inRow = near && near.g.length === 1 && strong.length > 1 && inPlaceOf(c, near.g[0]);
        const fam = familyOf(c);
        const symbol = words.length ? '' : clean(text(c));
        let kind = '';
        if (localName(c) === 'select') kind = [...c.options].some((o) => !o.selected) ? 'select' : '';
        else if (fam && !inRow) kind = words.every(namesFirst) ? 'family' : '';
        else if (inRow) continue;
        else if (words.some((w) => isPhrase(w, 'show-more') || isPhrase(bare(w), 'show-more'))) kind = 'more';
        else if (words.some((w) => isPhrase(w, 'next-page')) || /^[\u203a\u00bb>\u2192]$/.test(symbol) || attr(c, 'rel') === 'next') kind = 'next';
        else if (words.length && words.every((w) => /^\d{1,3}$/.test(w)) && !attr(c, 'aria-current')) kind = 'page';
        else if (words.some((w) => isPhrase(w, 'your-devices-tab') || isPhrase(bare(w), 'your-devices-tab'))) kind = 'devices';
        else if (landmark && !near) continue;
        else if (matches(c, '[role=tab],summary,[aria-expanded=false],[aria-controls]')) kind = 'rest';
        else if (words.length && (!matches(c, 'a[href]') || /^(#|javascript:)/i.test(attr(c, 'href') || ''))) kind = 'other';
        if (/^(next|page)$/.test(kind) && inLayer(c)) continue; // "1 2 3 4 5" of a survey, the next step of a tour
        if (!kind) continue;
        if (kind === 'family' && (attr(c, 'aria-expanded') === 'true' || attr(c, 'aria-selected') === 'true')) continue;
        out.push({ el: c, kind, tab: matches(c, '[role=tab]'), words: (words[0] || symbol || '').slice(0, 80), devices: fam ? [...fam].map((i) => K.devices[i].key) : [], like: '' });
      }
    }
    const inner = innermost(out.map((o) => o.el));
    let list = out.filter((o) => inner.includes(o.el));
    // Siblings of what is called like a family are of its kind ("Other devices").
    const fams = list.filter((o) => o.kind === 'family');
    // What stands in a row, be it one that the list lacks, acts on that.
    const inRow = (c) => { for (let e = c; isElement(e) && !frameLike(e); e = up(e)) if (rowLike(e)) return true; return false; };
    list = list.filter((o) => !/^(rest|other)$/.test(o.kind) || !inRow(o.el));
    for (const o of list) if (/^(rest|other)$/.test(o.kind)) { if (fams.some((f) => alike(f.el, o.el) && near(f.el, o.el))) o.kind = 'sibling'; }
    list = list.filter((o) => o.kind !== 'other');
    const n = {};
    for (const o of list) { const k = o.kind + '|' + localName(o.el) + '|' + bare(o.words); n[k] = (n[k] || 0) + 1; o.sig = k + '|' + (n[k] - 1); }
    return list;
  };
  const near = (a, b) => { let p = a; for (let i = 0; i < 4 && isElement(p); i++) { p = up(p); if (p && within(p, b) && !frameLike(p)) return true; } return false; };
  // scroller: what is scrolled to see more of the list.
  const scroller = () => {
    for (const el of S.strong.slice(0, 3)) for (let e = up(el); isElement(e); e = up(e)) { const s = getComputedStyle(e); if (/auto|scroll/.test(s.overflowY) && e.scrollHeight > e.clientHeight + 4) return e; }
    return document.scrollingElement || rootElement(document);
  };
  const roll = (q) => {
    if (!K) return { moved: false };
    scan();
    const e = scroller(), page = e === document.scrollingElement;
    const from = e.scrollTop;
    const high = page ? window.innerHeight : e.clientHeight;
    e.scrollTop = q.to === 'start' ? 0 : from + Math.max(100, Math.floor(high * 0.7));
    disturbed();
    return { moved: Math.abs(e.scrollTop - from) > 1 };
  };
  // unscrolled: how far down an element stands, however far anything is scrolled.
  const unscrolled = (el) => {
    let y = 0;
    for (let e = el; e; e = frameOf(ownerDocument(e))) { y += boxOf(e).top; for (let p = up(e); isElement(p) && ownerDocument(p) === ownerDocument(e); p = up(p)) y += p.scrollTop; }
    return y;
  };
  // survey says what the page offers for a device, once it is at rest: what is seen
  // stayed the same for q.rest.
  const seenNow = () => { let t = ''; for (const d of documents()) { const b = d.body; if (b) t += b.innerText; } for (const h of hosts()) { for (const k of childNodes(shadowRoot(h))) if (isElement(k) && k.innerText) t += k.innerText; } return t; };
  const survey = (q) => {
    let was = null, since = now(), at = -1, frames = 0, looks = 0;
    return until(q.ms, (last) => {
      const s = stamp();
      frames++;
      looks++;
      if (s !== at) { at = s; frames = 0; const t = seenNow(); if (t !== was) { was = t; since = now(); } }
      if (half() && !last) return null;
      if (!last && now() - since < q.rest) {
        const v = frames || looks === 1 ? null : asBefore(q); // it need not rest, once it is drawn
        if (v) return v;
        if (!drawn(q) && !leads(q) && !bareAgain(q) && !countedOut(q)) return null;
        if (frames < 2) return 'frame';
      }
      return { ...inspect(q), bare: last ? '' : bareOf(q) };
    });
  };
  // drawn: every device of the list stands there with its id, but for those that must not,
  // and nothing was pressed here whose answer may be yet to come: the whole list is on the
  // page, and no time can bring more of it. Whether the page still calls for something is
  // Go's to say.
  // The same goes for a view that a press on a family led to: all of that family stand there
  // with their ids, and nobody else does.
  const drawn = (q) => {
    const led = q.key && pressed1 && pressed1.family && pressed1.family.includes(q.key) ? new Set(pressed1.family) : null;
    const not = led ? new Set(K.devices.map((d) => d.key).filter((key) => !led.has(key))) : new Set(q.of || []), n = K.devices.length;
    if (q.count || !(q.key || not.size) || (pressed1 && !led) || pending || n <= not.size || n > 200) return false;
    scan();
    return K.devices.every((d, i) => (S.ids.get(i) || []).some((el) => visible(el)) !== not.has(d.key)) && ![...not].some((key) => placesOf(byKey(key)).places.length);
  };
  // bareOf: what a page says that shows none of the devices, though some are to stay: its
  // words without their numbers; '' for any other page.
  const bareOf = (q) => {
    if (!(q.of || []).length || K.devices.length <= q.of.length) return '';
    scan();
    return loading() || [...S.names.values(), ...S.ids.values()].some((els) => els.some((el) => visible(el))) ? '' : print(location.href + ' ' + seenNow().replace(/\d+/g, '#'));
  };
  // bareAgain: the page stands as one did that showed no device when it was at rest. It would
  // show those that stay before it showed one that is gone.
  const bareAgain = (q) => !!q.bare && !pressed1 && !pending && bareOf(q) === q.bare;
  // countedOut: a page without any device on it that itself says how many a family has, and
  // counts none of those that are gone any more: it was not drawn from an older list.
  const countedOut = (q) => {
    if (pressed1 || pending || !bareOf(q)) return false;
    const gone = new Set(q.of), families = navs(null).filter((n) => n.kind === 'family');
    return q.of.every((key) => {
      const f = families.filter((n) => n.devices.includes(key)), said = f.length === 1 ? f[0].words.match(/\d+/g) || [] : [];
      return said.length === 1 && Number(said[0]) === f[0].devices.filter((d) => !gone.has(d)).length;
    });
  };
  // leads: no device is in view, nothing was pressed here yet, and one control is called like
  // the family of the one that is sought: it is there that it is looked for, whatever is
  // still to be drawn here.
  const leads = (q) => {
    if (!q.key || pressed1 || pending) return false;
    scan();
    return !S.strong.length && byKey(q.key) >= 0 && !placesOf(byKey(q.key)).places.length && navs(null).filter((n) => n.kind === 'family' && n.devices.includes(q.key)).length === 1;
  };
  // print tells one text from another.
  const print = (s) => { let h = 5381; for (let i = 0; i < s.length; i++) h = (h * 33 + s.charCodeAt(i)) % 9007199254740881; return s.length + '.' + h; };
  // listText: what a place and all beside it say, that are alike: the list, without what may
  // come around it late, such as buttons or a pop-up. '' where the place has none beside it.
  const listText = (place) => {
    if (!place.bounded) return '';
    for (let e = place.el, p = up(e); isElement(p) && !frameLike(p); e = p, p = up(p)) if ([...kids(p)].some((k) => k !== e && isElement(k) && alike(k, e) && visible(k) && hasControl(k) === hasControl(e) && text(k, false, 10))) return text(p, false, 40000);
    return '';
  };
  // loading: the page says that it is still to show what it has.
  const loading = () => query(documents(), '[role=progressbar]').some((el) => visible(el)) ||
    [...texts().by].some(([words, nodes]) => words.length < 40 && isPhrase(trim(words), 'loading') && nodes.some((n) => isElement(parentNode(n)) && visible(parentNode(n)) && !closestSafe(parentNode(n), NATIVE)));
  const inspect = (q) => {
    scan();
    const seen = new Set(), shown = (els) => els.some((el) => visible(el)), out = { navs: [], seen: [], byID: [], openers: [], boxes: 0, stamp: changes };
    // As many as show that devices are here: a list of thousands is not gone through.
    for (const [name, els] of S.names) if (seen.size < MANY_SEEN && shown(els)) for (const d of K.groups.get(name) || []) seen.add(d);
    for (const d of S.ids.keys()) if (seen.size < MANY_SEEN && idsShown(d).length) seen.add(d);
    out.seen = [...seen].map((d) => K.devices[d].key);
    out.busy = !!query(documents(), '[aria-busy=true]').filter((el) => visible(el)).length;
    out.loading = !out.seen.length && loading();
    if (q.count) return tallied(out.busy, shown);
    if (!q.key) {
      const named = (d) => { const f = placesOf(d); return !f.unsure && f.places.some((p) => p.bounded); };
      out.byID = (q.of || []).filter((key) => shown(S.ids.get(byKey(key)) || []) || ((q.names || []).includes(key) && named(byKey(key))));
      out.empty = speaks(fold(seenNow().slice(0, 20000)), 'empty-list');
      return out;
    }
    const dev = byKey(q.key);
    if (dev < 0) return { ...out, state: 'notfound', words: 'the list does not hold it' };
    const found = placesOf(dev);
    out.places = found.places.length;
    out.unsure = !!found.unsure;
    out.detail = found.places.slice(0, 6).map((p) => `${describe(p.el)}${p.bounded ? '' : ' unbounded'}${p.odd ? ' odd' : ''}${p.id ? ' id' : ''}${p.named ? ' named' : ''}: ${text(p.el, false, 120).slice(0, 120)}`);
    if (found.why) out.detail.push(found.why.words);
    if (found.twins) out.detail.push(found.twins + ' of others of its name');
    out.group = (K.groups.get(K.devices[dev].name) || []).length;
    const f = findDeregister(dev, null);
    out.state = f.el ? (disabled(f.el) ? 'disabled' : 'found') : f.kind;
    out.words = f.el ? describe(f.el) : f.words;
    if (!f.el) out.strays = saying('deregister', dev, null).filter((c) => !elsewhere(c, dev) && !inLandmark(c, c) && !disabled(c)).length;
    if (f.el && threat(f.el, f.place)) { out.state = 'danger'; out.words = threat(f.el, f.place); }
    if (found.places.length && !(found.why && found.why.kind === 'other')) {
      const p = found.unsure ? found.places : found.places.slice(0, 1);
      const per = p.map((x) => (openersOf(dev, [x], null).filter((o) => !x.odd || toldApart(o.el, x, dev)).map((o) => ({ sig: o.sig, tier: o.tier, words: o.words, like: o.like }))));
      out.openers = per[0] || [];
      const panel = panelOf(dev, found);
      if (panel.el) out.inner = openersOf(dev, [panel], null).map((o) => ({ sig: o.sig, tier: o.tier, words: o.words, like: o.like }));
      out.bars = found.unsure ? [] : barMenus(dev, found.places, null).map((o) => ({ sig: o.sig, tier: 1, words: o.words, like: 1 }));
      out.each = per;
      out.odd = p.some((x) => x.odd);
      out.boxes = boxesIn(p[0].el).filter((b) => inPlace(p[0], b) && !disabled(b)).length;
      out.ids = p.map((x) => ((S.marks.get(x.el) || { d: [] }).d.includes(dev)));
      const t = nameTarget(dev, p[0]);
      out.named = !pressable(t) ? 'row' : inWords(t) ? 'own' : 'icon';
      out.acts = actsAtAPress();
      out.bounded = p[0].bounded;
      out.tops = p.map((x) => Math.round(unscrolled(x.anchor)));
    }
    if (shapeOf(out)) return out; // nobody looks any further for it
    out.print = print(found.places.length && listText(found.places[0]) || seenNow());
    out.navs = navsTold();
    return out;
  };
  // actsAtAPress: what the page says of a press on a device that is to deregister it at once.
  const actsAtAPress = () => {
    for (const [words, nodes] of texts().by) if (words.length < 200 && speaks(words, 'press-deregisters') && nodes.some((n) => isElement(parentNode(n)) && visible(parentNode(n)))) return words;
    return '';
  };
  // tallied: where each name of the list stands that is in view, and what leads on from here.
  const tallied = (busy, shown) => {
    const out = { busy, tops: {}, navs: navsTold(), strangers: strangers().length };
    let list = '';
    for (const [name, els] of S.names) {
      const group = K.groups.get(name) || [];
      if (group.length !== 1 || !shown(els)) continue;
      const places = placesOf(group[0]).places;
      list = list || (places.length && listText(places[0])) || '';
      if (places.length) out.tops[name] = places.map((p) => Math.round(unscrolled(p.anchor)));
    }
    list = list || seenNow();
    out.list = list.slice(0, 4000);
    out.print = print(list);
    return out;
  };
  const navsTold = () => navs(null).map((o) => ({ sig: o.sig, kind: o.kind, tab: o.tab, words: o.words, devices: o.devices, options: localName(o.el) === 'select' ? [...o.el.options].map((x) => ({ value: x.value, words: clean(x.text), chosen: x.selected, devices: [...(K.groups.get(clean(x.text)) || []), ...(familyOf(x) || [])].map((i) => K.devices[i].key) })) : null }));
  const MANY_SEEN = 50;
  know({ version: 0, devices: [] });

  // ---- what may be pressed for a device ----

  const trim = (w) => w.replace(/^[\p{P}\p{S}\s]+|[\p{P}\p{S}\s]+$/gu, '');
  const byKey = (key) => K.devices.findIndex((d) => d.key === key);
  const fails = (kind, words) => ({ kind, words });
  // elsewhere: the element stands in the row of another device, listed or not.
  const elsewhere = (c, dev) => {
    for (let e = c; isElement(e) && !frameLike(e); e = up(e)) {
      const m = S.marks.get(e);
      if (m) {
        if (m.g.length > 1) break;
        return foreign(e, dev);
      }
      for (const s of samples()) { const item = s[s.length - 1]; if (alike(e, item) && parentNode(e) === parentNode(item) && fills(e, s)) return true; }
    }
    return false;
  };
  const saying = (name, dev, trust) => {
    const out = [];
    for (const r of documents().concat(hosts().map(shadowRoot))) {
      const find = nodeType(r) === 9 ? inDocument : inFragment;
      for (const c of find(r, '*')) if (!SILENT.has(localName(c)) && textContent(c).length < 4000 && (pressable(c) || (name === 'deregister' && !inElement(c, '*').length)) && says(c, name, dev) && canSee(c, trust)) out.push(c);
    }
    const inner = innermost(out);
    // an overlaid input and its face are one control
    const faces = inner.filter((c) => !inner.some((o) => o !== c && matches(o, 'input') && faced(o) && within(up(o), c)));
    return faces.map((c) => { let best = c; for (let n = c, i = 0; isElement(n) && i < 4; n = up(n), i++) if (pressable(n) && says(n, name, dev)) { best = n; break; } return best; }).filter((c, i, a) => a.indexOf(c) === i);
  };
  // astray: what came up stands in the row of another device. Whom a layer names is
  // another question.
  const astray = (c, h, dev) => elsewhere(h.layer ? up(h.el) : c, dev);
  // opened: a Deregister that came with our press in the place of the device.
  const opened = (dev, found, trust) => {
    const list = saying('deregister', dev, trust).filter((c) => fresh(c) && !inPlaces(c, found.places.filter((p) => !p.odd)) && !inLandmark(c, c));
    const free = list.filter((c) => { const h = holderOf(c, dev); return h && !astray(c, h, dev); });
    if (!free.length) return null;
    if (free.length > 1) return fails('ambiguous', `${free.length} new Deregister after the press (${free.slice(0, 3).map((c) => describe(c) + ' in ' + describe(holderOf(c, dev).el) + ' ' + text(holderOf(c, dev).el, false, 80).slice(0, 80)).join(' / ')})`);
    const h = holderOf(free[0], dev);
    const other = otherIn(h.el, dev);
    if (other) return fails('other', `what opened names another device (${other})`);
    const mark = S.marks.get(h.el);
    if (found.unsure && !pressed1.sure && !(mark && mark.d.includes(dev))) return fails('ambiguous', 'what opened does not tell which of the devices of this name it is for');
    if (((pressed1.seek === 'name' && !pressed1.own) || pressed1.tier >= 3) && !saysDevice(h.el, dev)) return fails('ambiguous', 'what opened does not say which device it is for');
    return { el: free[0], place: h.el };
  };
  // panelOf: the details that our press opened, where they say which device they are of.
  // What they hold is pressed next.
  const panelOf = (dev, found) => {
    if (!ours(dev)) return fails('notfound', 'nothing was pressed for it here');
    const names = (S.names.get(K.devices[dev].name) || []).concat(S.ids.get(dev) || []);
    const nameIn = (el) => names.find((n) => within(el, n) && n !== el) || names.find((n) => within(el, n)) || el;
    const tops = [], rows = pressed1.rows.map((r) => r.deref()).filter(Boolean);
    for (const ref of pressed1.list) {
      let top = null;
      for (let n = ref.deref(); isElement(n) && isConnected(n) && !frameLike(n) && !foreign(n, dev); n = up(n)) if (saysDevice(n, dev) && visible(n)) top = n; else if (top) break;
      if (top && !tops.includes(top) && !likeOthers(top, nameIn(top)) && !rows.some((r) => within(r, top) || within(top, r)) && hasControl(top)) tops.push(top);
    }
    const outer = tops.filter((t) => !tops.some((o) => o !== t && within(o, t)));
    if (outer.length !== 1) return fails(outer.length ? 'ambiguous' : 'notfound', `${outer.length} details were opened`);
    const el = outer[0], m = S.marks.get(el);
    if (found.unsure && !m.d.includes(dev)) return fails('ambiguous', 'the details do not say which of the devices of this name they are of');
    return { el, anchor: nameIn(el) };
  };
  const inPlaces = (c, places) => places.some((p) => inPlace(p, c));
  const ours = (dev) => pressed1 && pressed1.dev === dev;
  const findDeregister = (dev, trust) => {
    const found = placesOf(dev);
    if (found.why && found.why.kind === 'other') return found.why;
    if (ours(dev) && /^(opener|name|hover|box)$/.test(pressed1.seek)) {
      const o = opened(dev, found, trust);
      if (o) return o;
    }
    if (found.unsure) return found.why;
    let places = found.places;
    if (!places.length && routeOwner() === dev && document.body) places = [{ el: document.body, bounded: false, anchor: null }];
    if (!places.length) return fails('notfound', 'it is not in view');
    const out = [];
    for (const p of places) for (const c of deregistersIn(p.el, dev, trust)) if (inPlace(p, c) && !inLandmark(c, p.anchor || c) && !out.some((o) => o.el === c) && !(p.anchor && within(c, p.anchor)) && !isName(c)) out.push({ el: c, place: p.el, odd: p.odd, bounded: p.bounded });
    const can = out.filter((o) => !disabled(o.el));
    if (can.length > 1) return fails('ambiguous', `${can.length} Deregister in its place`);
    if (can.length === 1 || out.length === 1) {
      const one = can[0] || out[0];
      if (one.odd) return fails('ambiguous', 'its row is unlike the rows of the others, so that nobody can say whose Deregister this is');
      return one;
    }
    const bar = toolbar(dev, places, trust);
    if (bar) return bar;
    return fails('notfound', 'no Deregister in its place');
  };
  // A Deregister outside every row counts only for the one box that is ticked.
  const BOX = 'input[type=checkbox],input[type=radio],[role=checkbox],[role=radio]';
  const isTicked = (b) => b.checked === true || attr(b, 'aria-checked') === 'true';
  const boxesIn = (el) => everyIn(el).filter((b) => matches(b, BOX) && !seeable(b, 'check', null));
  const toolbar = (dev, places, trust) => {
    const ticked1 = boxesIn(document.body).filter(isTicked);
    if (ticked1.length !== 1 || !inPlaces(ticked1[0], places)) return null;
    const free = saying('deregister', dev, trust).filter((c) => !elsewhere(c, dev) && !inLandmark(c, c));
    if (free.length !== 1) return free.length ? fails('ambiguous', `${free.length} Deregister outside the rows`) : null;
    return { el: free[0], place: free[0] };
  };

  // openers: what may show more of a device when pressed, in the order to try.
  const openersOf = (dev, places, trust) => {
    const out = [];
    for (const p of places) {
      for (const c of innermost(controlsIn(p.el, trust))) {
        if (!inPlace(p, c)) continue;
        if (within(c, p.anchor) || isName(c) || inLandmark(c, p.anchor) || matches(c, 'input:not([type=button]):not([type=submit]):not([type=image]),select,textarea,option')) continue;
        if (matches(c, 'input[type=submit],input[type=image]') && !faced(c)) continue;
        if (threat(c, p.el) || disabled(c)) continue;
        const words = called(c).map(fold).map(trim).filter(Boolean);
        if (words.some((w) => speaks(w, 'deregister-words') || speaks(w, 'deregister'))) continue;
        if (words.some((w) => [...K.groups.keys()].some((n) => n !== K.devices[dev].name && !K.weak(n) && wordAt(w, fold(n)) >= 0))) continue;
        if (away(c)) continue;
        const rest = words.map((w) => { const n = fold(K.devices[dev].name); const i = n ? wordAt(w, n) : -1; return i < 0 ? w : (w.slice(0, i) + ' ' + w.slice(i + n.length)).replace(/\s+/g, ' ').replace(/[\s:,"\u201c\u201d'-]+$|^[\s:,"\u201c\u201d'-]+/g, '').replace(/ (of|for|von|f\u00fcr)$/, ''); });
        const pops = (attr(c, 'aria-haspopup') && attr(c, 'aria-haspopup') !== 'false') || attr(c, 'aria-expanded') === 'false' || localName(c) === 'summary';
        const more = rest.length && rest.every((w) => !w || isPhrase(w, 'more-actions'));
        const det = rest.length && rest.every((w) => !w || isPhrase(w, 'details'));
        let tier = 0;
        if (more || (pops && (!rest.length || det))) tier = 1;
        else if (!words.length) tier = 2;
        else if (det) tier = 3;
        else if (pops) tier = 4;
        if (tier) out.push({ el: c, tier, words: words[0] || '' });
      }
    }
    out.sort((a, b) => a.tier - b.tier);
    const n = {};
    for (const o of out) { n[o.tier] = (n[o.tier] || 0) + 1; o.sig = o.tier + '|' + o.words + '|' + (n[o.tier] - 1); }
    for (const o of out) o.like = n[o.tier];
    return out;
  };
  // away: a link that leads out of the pages of devices.
  const away = (c) => {
    const a = closestSafe(c, 'a[href]');
    if (!a) return false;
    const raw = attr(a, 'href') || '';
    if (/^(#|javascript:)/i.test(raw) || !raw) return false;
    let u;
    try { u = new URL(raw, baseURI(document)); } catch { return true; }
    if (u.origin !== location.origin) return true;
    if (u.pathname === location.pathname) return false;
    const area = /^\/hz\/mycd\//.test(location.pathname) ? /^\/(hz\/mycd|mycd)(\/|$)/ : /^\/(spa\/)?/;
    return !area.test(u.pathname) || /contentlist|pageType=content|preferences|privacy/i.test(u.pathname + u.search);
  };
  const nameTarget = (dev, p) => {
    for (let n = p.anchor, i = 0; isElement(n) && i < 4; n = up(n), i++) { if (pressable(n) && (matches(n, NATIVE) || i < 2)) return n; if (n === p.el) break; }
    return p.anchor;
  };

  // ---- finding for a step ----

  const findKnown = (q, mode, trust) => {
    scan();
    if (q.seek === 'nav') { const n = navs(trust).find((x) => x.sig === q.sig); return n ? { el: n.el } : fails('notfound', 'it is not there any more'); }
    if (q.seek === 'close') return closerAt(q.x, q.y, trust);
    const dev = byKey(q.key);
    if (dev < 0) return fails('notfound', 'the list does not hold it');
    q.dev = dev;
    if (q.seek === 'deregister') return findDeregister(dev, trust);
    if (/^(confirm|tick|cancel|notice)$/.test(q.seek)) {
      const p = popupOf(dev, trust);
      if (p.kind && q.seek !== 'cancel') return p;
      const el = q.seek === 'cancel' ? p.cancel : p[q.seek];
      return el ? { el, place: p.holder } : fails('notfound', `no ${q.seek} in what came up`);
    }
    const found = placesOf(dev);
    if (q.seek === 'opener' && q.in) {
      const panel = panelOf(dev, found);
      if (panel.kind) return panel;
      const o = openersOf(dev, [panel], trust).find((x) => x.sig === q.sig);
      return o ? { el: o.el, place: panel.el } : fails('notfound', 'it is not there any more');
    }
    let places = found.places;
    if (found.unsure) { if (!(q.at >= 0)) return found.why; places = places.slice(q.at, q.at + 1); }
    if (!places.length) return found.why || fails('notfound', 'it is not in view');
    if (!found.unsure && places.length > 1) places = places.filter((p) => p.bounded).length === 1 ? places.filter((p) => p.bounded) : places;
    const p = places[0];
    if (q.seek === 'place') return { el: p.anchor, place: p.el };
    if (p.odd && q.seek !== 'name') return fails('ambiguous', 'its row is unlike the rows of the others');
    if (q.seek === 'name') return { el: nameTarget(dev, p), place: p.el };
    if (q.seek === 'box') { const b = boxesIn(p.el).filter((x) => inPlace(p, x) && !disabled(x)); return b.length === 1 ? { el: b[0], place: p.el } : fails('ambiguous', `${b.length} boxes in its row`); }
    if (q.seek === 'opener') { const o = openersOf(dev, [p], trust).find((x) => x.sig === q.sig); return o ? { el: o.el, place: p.el } : fails('notfound', 'it is not there any more'); }
    return fails('notfound', 'nothing is known of ' + q.seek);
  };

  // ---- the pop-up that came with our Deregister ----

  const popupOf = (dev, trust) => {
    if (!ours(dev)) return fails('notfound', 'nothing was pressed for it here');
    scan();
    const pressedEl = pressed1.el.deref();
    const strict = saying('confirm', dev, trust), generic = saying('agree', dev, trust);
    const all = [...new Set(strict.concat(generic))].filter((c) => fresh(c) && !inLandmark(c, c));
    const dropped = [];
    const held = all.map((c) => ({ c, h: holderOf(c, dev) })).filter((x) => { if (x.h && astray(x.c, x.h, dev)) dropped.push(`${describe(x.c)} is elsewhere`); if (!x.h) dropped.push(describe(x.c)+' is in nothing new'); return true; }).filter((x) => x.h && !astray(x.c, x.h, dev) && !(!x.h.layer && (x.c === pressedEl || surroundings(x.c) === pressed1.around)));
    const layers = held.filter((x) => x.h.layer);
    // What stands in the flow of the page is ours in our own place, or where it says so.
    const mineHere = placesOf(dev).places.filter((x) => !x.odd);
    const homes = [pressed1.home, pressed1.panel].map((h) => h && h.deref()).filter((h) => h && isConnected(h) && !foreign(h, dev));
    const atHome = (c) => homes.some((h) => within(h, c));
    for (let i = held.length - 1; i >= 0; i--) { const x = held[i]; if (!x.h.layer && !inPlaces(x.c, mineHere) && !atHome(x.c) && !asksFor(x.h.el, dev)) { dropped.push(`${describe(x.c)} in ${describe(x.h.el)} is not its`); held.splice(i, 1); } }
    const asks = held.filter((x) => speaks(fold(plainText(x.h.el)), 'deregister-words') || speaks(fold(plainText(x.h.el)), 'deregister'));
    // In the flow of the page a button beside new words is a question where these speak of
    // deregistering, or where it can be declined: "Loading…" beside the row's own is none.
    const some = layers.length ? layers : asks.length ? asks : held.filter((x) => controlsIn(x.h.el, trust).some((k) => says(k, 'cancel') || says(k, 'close')));
    // A row that was drawn anew around its question is not the question.
    const use = some.filter((x) => !some.some((y) => y.h.el !== x.h.el && within(x.h.el, y.h.el)));
    // a layer without any of these words may still be the answer
    if (!use.length) {
      const n = noticeOf(dev, trust);
      return n || fails('notfound', ['no pop-up', ...dropped.slice(0, 3)].join('; '));
    }
    const holder = use[0].h.el;
    if (use.some((x) => x.h.el !== holder && !within(holder, x.h.el) && !within(x.h.el, holder))) return fails('ambiguous', `two pop-ups are open (${use.map((x) => describe(x.c) + ' ' + called(x.c).join('+') + ' in ' + describe(x.h.el) + ' ' + text(x.h.el, false, 60).slice(0, 60)).join(' / ')})`);
    const mine = innermost(use.map((x) => x.c));
    const words = fold(wordsOf(holder));
    const other = otherIn(holder, dev);
    const cancels = controlsIn(holder, trust).filter((c) => says(c, 'cancel') || says(c, 'close'));
    const cancel = innermost(cancels)[0] || null;
    const refuse = (kind, w) => ({ ...fails(kind, w), cancel });
    if (other) return refuse('other', `the pop-up names another device (${other}): ${text(holder, false, 100).slice(0, 100)}`);
    for (const c of innermost(controlsIn(holder, trust))) { const d = threat(c, holder); if (d && !says(c, 'cancel') && !says(c, 'close') && (use[0].h.layer || !called(c).every((w) => pressed1.labels.has(fold(w))))) return refuse('danger', `the pop-up offers a danger (${d})`); }
    let one = mine.filter((c) => strict.includes(c) && says(c, 'deregister', dev));
    if (one.length !== 1) one = mine.filter((c) => strict.includes(c));
    if (one.length !== 1) one = mine;
    if (one.length !== 1) return refuse('ambiguous', `${one.length} buttons could confirm`);
    const button = one[0];
    const lead = fold(text(holder, false, 160).slice(0, 160));
    for (const g of set.dangers || []) {
      if (g.where !== 'dialog') continue;
      const bad = (g.text && speaks(words, g.text)) || (g.css && (matches(holder, g.css) || inElement(holder, g.css).length));
      // An explanation may name what else can be done; the question itself may not.
      if (bad && !leadsWithDeregister(holder, g)) return refuse('danger', `the pop-up is a danger (${g.name})`);
    }
    if (!use[0].h.again && !speaks(words, 'deregister-words') && !speaks(words, 'deregister')) return fails('notfound', `what came up does not speak of deregistering (${describe(holder)}: ${text(holder, false, 60).slice(0, 60)})`);
    if (speaks(words, 'result-failure') && !strict.includes(button)) return { holder, notice: button, failure: true, words: text(holder, false, 300), cancel };
    // At its click the browser has ticked it already.
    const boxes = boxesIn(holder).filter((b) => !isTicked(b) || (trust && trust.has(b)));
    if (boxes.length > 1) return refuse('ambiguous', `${boxes.length} boxes in the pop-up`);
    if (boxes.length === 1) {
      const l = fold(called(boxes[0]).join(' '));
      for (const g of set.dangers || []) if (g.text && speaks(l, g.text)) return refuse('danger', `the box in the pop-up is a danger (${g.name})`);
      if (disabled(button) || isRequired(boxes[0])) return { holder, tick: boxes[0], confirm: null, cancel, words };
    }
    return { holder, confirm: button, cancel, words: text(holder, false, 300), lead };
  };
  // plainText: what an element says outside of its controls.
  const plainText = (el) => {
    let out = '';
    const w = treeWalker(ownerDocument(el), el, 4);
    for (let n = w.nextNode(); n && out.length < 600; n = w.nextNode()) if (!controlWords(n, el)) out += ' ' + n.data;
    return clean(out);
  };
  const isRequired = (b) => b.required === true || attr(b, 'aria-required') === 'true' || speaks(fold(called(b).join(' ')), 'understand');
  const leadsWithDeregister = (holder, g) => {
    const lead = fold(text(holder, false, 4000)).split(/(?<=[.?!\u3002\uff1f])\s/)[0];
    return (speaks(lead, 'deregister-words') || speaks(lead, 'deregister')) && !(g.text && speaks(lead, g.text));
  };
  // noticeOf: a new layer that only wants to be closed.
  const noticeOf = (dev, trust) => {
    for (const ref of pressed1.list) {
      const n = ref.deref();
      if (!n || !isElement(n) || !isConnected(n)) continue;
      let layer = null;
      for (let e = n; isElement(e) && !frameLike(e); e = up(e)) if (overlay(e) && visible(e) && !pressed1.before.has(e) && fresh(e)) layer = e;
      if (!layer || !/[\p{L}]/u.test(text(layer, false, 300))) continue;
      const controls = innermost(controlsIn(layer, trust));
      const closers = controls.filter((c) => says(c, 'ok', dev) || says(c, 'close', dev) || /^[×✕✖xX]$/u.test(clean(text(c))));
      if (!closers.length || closers.length !== controls.length || closers.length > 2) continue;
      const words = fold(wordsOf(layer));
      return { holder: layer, notice: closers[0], failure: speaks(words, 'result-failure'), words: text(layer, false, 300), cancel: null };
    }
    return null;
  };
  // failures: what is said in words that something did not work.
  const failures = () => {
    const out = [];
    for (const r of documents().concat(hosts().map(shadowRoot))) {
      const w = treeWalker(nodeType(r) === 9 ? r : ownerDocument(r), r, 4);
      for (let n = w.nextNode(); n; n = w.nextNode()) {
        if (n.data.length > 600 || !speaks(fold(n.data), 'result-failure')) continue;
        const p = parentNode(n);
        if (isElement(p) && !SILENT.has(localName(p)) && visible(p)) out.push([p, clean(n.data)]);
      }
    }
    return out;
  };
  // failureIn: such words that were not there before the press.
  const failureIn = () => { for (const [p, t] of failures()) if (!pressed1.failed.has(t) && !elsewhere(p, pressed1.dev)) return t; return ''; };
  // outcome waits for what the page does after a press on Deregister or its confirmation.
  const outcome = (q) => {
    const dev = byKey(q.key);
    let gone1 = 0, quiet = now(), was = -1;
    const start = now();
    return until(q.ms, (last) => {
      const at = stamp();
      if (at !== was) { was = at; quiet = now(); }
      if (!ours(dev)) return { what: 'left' };
      const p = popupOf(dev, null);
      if (p.kind && p.kind !== 'notfound') return { fail: p, cancel: !!p.cancel };
      if (p.tick && !seeable(p.tick, 'check', null)) return { what: 'tick', words: p.words };
      if (p.confirm && !disabled(p.confirm)) return { what: 'confirm', words: p.words };
      if (p.notice) return { what: p.failure ? 'failure' : 'notice', words: p.words, close: true };
      const bad = failureIn();
      if (bad) return { what: 'failure', words: bad };
      const found = placesOf(dev);
      const away1 = !found.places.length && !found.why && !p.confirm;
      if (away1 && !pressed1.opened) { gone1 = gone1 || now(); if (now() - gone1 >= q.settle) return { what: 'gone' }; } else gone1 = 0;
      if (last && q.final && p.confirm) return { fail: fails('disabled', `the confirmation was there, disabled (${disabled(p.confirm)}), until the time was up`), cancel: !!p.cancel };
      if (p.confirm || p.tick) return last ? { what: 'waiting', words: 'the pop-up cannot be confirmed yet' } : null;
      if (!q.idle) return last ? { what: 'nothing', words: p.words || '' } : null;
      // The request that the press set off has been answered, and the page is at rest.
      return last || (now() - quiet >= q.rest && now() - start >= q.rest && !p.confirm) ? { what: 'nothing', words: p.words || '' } : null;
    });
  };

  // ---- exploring ----

  // closerAt: what closes the layer that keeps a press from a point. A backdrop is one
  // element, the box on it may be another.
  const closerAt = (x, y, trust) => {
    let why = 'nothing there to close it';
    for (const [px, py] of [[x, y], [innerWidth / 2, innerHeight / 2], [innerWidth / 2, innerHeight / 3], [innerWidth / 2, innerHeight - 60]]) {
      const by = hitAt(px, py);
      let layer = null;
      for (let e = by; isElement(e) && !frameLike(e); e = up(e)) if (overlay(e) || /^(sticky|absolute|fixed)$/.test(getComputedStyle(e).position)) { if (S.marks.has(e) || rowLike(e)) break; layer = e; }
      if (!layer) continue;
      const controls = innermost(controlsIn(layer, trust));
      let closers = controls.filter((c) => says(c, 'close') || /^[\u00d7\u2715\u2716\u2a2fxX]$/u.test(clean(text(c))));
      if (!closers.length) closers = controls.filter((c) => !called(c).length && !matches(c, 'input:not([type=button]),select,textarea')); // an icon
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
        if (threat(c) || disabled(c) || away(c)) continue;
        const m = S.marks.get(c);
        if (m && (m.g.length || m.d.length)) continue; // it bears a device
        if (words.some((w) => [...K.groups.keys()].some((n) => !K.weak(n) && wordAt(w, fold(n)) >= 0))) continue;
        const landmark = !!closestSafe(c, LANDMARK);
        let near = null;
        for (let e = c, i = 0; isElement(e) && i < 40; e = up(e), i++) { const mm = S.marks.get(e); if (mm) { near = mm; break; } }
        const inRow = near && near.g.length === 1 && strong.length > 1 && inPlaceOf(c, near.g[0]);
        const fam = familyOf(c);
        const symbol = words.length ? '' : clean(text(c));
        let kind = '';
        if (localName(c) === 'select') kind = [...c.options].some((o) => !o.selected) ? 'select' : '';
        else if (fam && !inRow) kind = 'family';
        else if (inRow) continue;
        else if (words.some((w) => isPhrase(w, 'show-more') || isPhrase(bare(w), 'show-more'))) kind = 'more';
        else if (words.some((w) => isPhrase(w, 'next-page')) || /^[\u203a\u00bb>\u2192]$/.test(symbol) || attr(c, 'rel') === 'next') kind = 'next';
        else if (words.length && words.every((w) => /^\d{1,3}$/.test(w)) && !attr(c, 'aria-current')) kind = 'page';
        else if (words.some((w) => isPhrase(w, 'your-devices-tab') || isPhrase(bare(w), 'your-devices-tab'))) kind = 'devices';
        else if (landmark && !near) continue;
        else if (matches(c, '[role=tab],summary,[aria-expanded=false],[aria-controls]')) kind = 'rest';
        else if (words.length && (!matches(c, 'a[href]') || /^(#|javascript:)/i.test(attr(c, 'href') || ''))) kind = 'other';
        if (!kind) continue;
        if (kind === 'family' && (attr(c, 'aria-expanded') === 'true' || attr(c, 'aria-selected') === 'true')) continue;
        out.push({ el: c, kind, words: (words[0] || symbol || '').slice(0, 80), devices: fam ? [...fam].map((i) => K.devices[i].key) : [], like: '' });
      }
    }
    const inner = innermost(out.map((o) => o.el));
    let list = out.filter((o) => inner.includes(o.el));
    // Siblings of what is called like a family are of its kind ("Other devices").
    const fams = list.filter((o) => o.kind === 'family');
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
    return { moved: Math.abs(e.scrollTop - from) > 1, more: e.scrollTop + high < e.scrollHeight - 2 };
  };
  // survey says what the page offers for a device, once it is at rest: what is seen
  // stayed the same for q.rest.
  const seenNow = () => { let t = ''; for (const d of documents()) { const b = d.body; if (b) t += b.innerText; } for (const h of hosts()) { for (const k of childNodes(shadowRoot(h))) if (isElement(k) && k.innerText) t += k.innerText; } return t; };
  const survey = (q) => {
    let was = null, since = now(), at = -1;
    return until(q.ms, (last) => {
      const s = stamp();
      if (s !== at) { at = s; const t = seenNow(); if (t !== was) { was = t; since = now(); } }
      if (!last && now() - since < q.rest) return null;
      if (half() && !last) return null;
      return inspect(q, now() - since >= q.rest);
    });
  };
  // print tells one text from another.
  const print = (s) => { let h = 5381; for (let i = 0; i < s.length; i++) h = (h * 33 + s.charCodeAt(i)) % 9007199254740881; return s.length + '.' + h; };
  const inspect = (q, settled) => {
    scan();
    const seen = new Set(), out = { settled, navs: [], seen: [], openers: [], boxes: 0, strangers: strangers().slice(0, 20), empty: false, stamp: changes, print: print(seenNow()) };
    for (const [name, els] of S.names) if (els.some((el) => visible(el))) for (const d of K.groups.get(name) || []) seen.add(d);
    for (const [d, els] of S.ids) if (els.some((el) => visible(el))) seen.add(d);
    out.seen = [...seen].map((d) => K.devices[d].key);
    out.byID = [...S.ids].filter(([, els]) => els.some((el) => visible(el))).map(([d]) => K.devices[d].key);
    out.empty = speaks(fold(was1()), 'empty-list');
    out.busy = !!query(documents(), '[aria-busy=true]').filter((el) => visible(el)).length;
    const n = navs(null);
    out.navs = n.map((o) => ({ sig: o.sig, kind: o.kind, words: o.words, devices: o.devices, options: localName(o.el) === 'select' ? [...o.el.options].map((x) => ({ value: x.value, words: clean(x.text), chosen: x.selected, devices: [...(familyOf(x) || [])].map((i) => K.devices[i].key) })) : null }));
    if (!q.key) return out;
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
    if (f.el && threat(f.el, f.place)) { out.state = 'danger'; out.words = threat(f.el, f.place); }
    if (found.places.length && !(found.why && found.why.kind === 'other')) {
      const p = found.unsure ? found.places : found.places.slice(0, 1);
      const per = p.map((x) => (x.odd ? [] : openersOf(dev, [x], null).map((o) => ({ sig: o.sig, tier: o.tier, words: o.words, like: o.like }))));
      out.openers = per[0] || [];
      const panel = panelOf(dev, found);
      if (panel.el) out.inner = openersOf(dev, [panel], null).map((o) => ({ sig: o.sig, tier: o.tier, words: o.words, like: o.like }));
      out.each = per;
      out.odd = p.some((x) => x.odd);
      out.boxes = boxesIn(p[0].el).filter((b) => inPlace(p[0], b) && !disabled(b)).length;
      out.ids = p.map((x) => ((S.marks.get(x.el) || { d: [] }).d.includes(dev)));
      const t = nameTarget(dev, p[0]);
      out.named = pressable(t) ? 'own' : 'row';
      out.bounded = p[0].bounded;
      const sc = scroller(), base = sc === document.scrollingElement ? 0 : boxOf(sc).top;
      out.tops = p.map((x) => Math.round(boxOf(x.anchor).top - base + sc.scrollTop));
    }
    return out;
  };
  const was1 = () => { const t = seenNow(); return t.length > 20000 ? t.slice(0, 20000) : t; };
  know({ version: 0, devices: [] });

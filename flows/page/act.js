  // ---- what may be pressed for a device ----

  const trim = (w) => w.replace(/^[\p{P}\p{S}\s]+|[\p{P}\p{S}\s]+$/gu, '');
  const byKey = (key) => K.devices.findIndex((d) => d.key === key);
  const fails = (kind, words) => ({ kind, words });
  const sameRow = (a, b) => { const x = pathTo(a.anchor, a.el), y = pathTo(b.anchor, b.el); return !!x && !!y && siblings(a.el, b.el) && samePath(x, y, false); };
  // namesakes: the rows of this device's name that are not its own, where its id tells which
  // one is: the list may lack them.
  const namesakes = (dev) => {
    const at = S.namesakes || (S.namesakes = new Map());
    if (!at.has(dev)) {
      const found = placesOf(dev), own = found.places, sure = !found.unsure && own.some((p) => p.id);
      const meet = (a, b) => within(a, b) || within(b, a);
      at.set(dev, !sure ? [] : (S.names.get(K.devices[dev].name) || []).filter((el) => visible(el) && !own.some((p) => within(p.el, el))).map((el) => placeOf(el, dev))
        .filter((p) => (p.bounded || p.twin) && !own.some((o) => meet(o.el, p.el)) && (!pressed1 || !fresh(p.anchor) || likeOthers(p.el, p.anchor) || own.some((o) => sameRow(o, p)))));
    }
    return at.get(dev);
  };
  // elsewhere: the element stands in the row of another device, listed or not.
  const elsewhere = (c, dev) => {
    if (dev !== undefined && namesakes(dev).some((p) => within(p.el, c))) return true;
    for (let e = c; isElement(e) && !frameLike(e); e = up(e)) {
      const m = S.marks.get(e);
      if (m) {
        if (m.g.length > 1 || m.d.length > 1) break; // it holds several rows
        return foreign(e, dev);
      }
      for (const s of samples()) { const item = s[s.length - 1]; if (alike(e, item) && parentNode(e) === parentNode(item) && fills(e, s)) return true; }
    }
    return false;
  };
  const saying = (name, dev, trust) => {
    const out = sayersOf(name, dev).filter((c) => textContent(c).length < 4000 && says(c, name, dev) && (pressable(c) || (name === 'deregister' && !inElement(c, '*').length)) && canSee(c, trust));
    const inner = innermost(out);
    // an overlaid input and its face are one control
    const faces = inner.filter((c) => !inner.some((o) => o !== c && matches(o, 'input') && faced(o) && within(up(o), c)));
    return faces.map((c) => { let best = c; for (let n = c, i = 0; isElement(n) && i < 4; n = up(n), i++) if (pressable(n) && says(n, name, dev)) { if (n === c || fold(spoken(n)) === fold(spoken(c))) best = n; break; } return best; }).filter((c, i, a) => a.indexOf(c) === i);
  };
  // astray: what came up stands in the row of another device. Whom a layer names is
  // another question.
  const astray = (c, h, dev) => elsewhere(h.layer ? up(h.el) : c, dev);
  // itsMenu: the menu in which c came says, as ARIA has it, that it is the menu of the very
  // control in the device's row that was pressed, and of no other one.
  const itsMenu = (c, places) => {
    const by = pressed1.seek === 'opener' && pressed1.el.deref(), refers = (e, name, id) => !!id && (attr(e, name) || '').split(/\s+/).includes(id), all = everyIn(document.body);
    if (!by || !inPlaces(by, places) || !attr(by, 'aria-haspopup')) return false;
    for (let e = c, i = 0; isElement(e) && i < 6; e = up(e), i++) {
      const mine = attr(by, 'id'), its = attr(e, 'id');
      if (refers(e, 'aria-labelledby', mine) && all.filter((o) => attr(o, 'id') === mine).length === 1) return true;
      if (refers(by, 'aria-controls', its) && all.filter((o) => attr(o, 'id') === its || refers(o, 'aria-controls', its)).length === 2) return true;
    }
    return false;
  };
  // inDetails: all around it came with the press, shows this device's id or gives its name as
  // details do, and nothing of another one.
  const inDetails = (c, dev) => {
    for (let n = up(c); isElement(n) && (fresh(n) || allNew(n)) && !frameLike(n) && !foreign(n, dev) && deregistersIn(n, dev).length === 1; n = up(n)) {
      const m = S.marks.get(n);
      if (m && (m.d.includes(dev) || (S.names.get(K.devices[dev].name) || []).some((x) => within(n, x) && nameLine(n, x)))) return !otherIn(n, dev);
    }
    return false;
  };
  // opened: a Deregister that came with our press in the place of the device.
  const opened = (dev, found, trust) => {
    const list = saying('deregister', dev, trust).filter((c) => fresh(c) && !inPlaces(c, found.places.filter((p) => !p.odd)) && !inLandmark(c, c));
    let free = list.filter((c) => { const h = holderOf(c, dev); return h && !astray(c, h, dev); });
    if (!free.length) {
      const theirs = list.find((c) => { const h = holderOf(c, dev); return h && h.layer && astray(c, h, dev); });
      return theirs ? fails('other', 'what opened stands in the row of another device') : null;
    }
    // A heading of that name is no button.
    if (free.length > 1 && free.filter(pressable).length === 1) free = free.filter(pressable);
    if (free.length > 1) return fails('ambiguous', `${free.length} new Deregister after the press (${free.slice(0, 3).map((c) => describe(c) + ' in ' + describe(holderOf(c, dev).el) + ' ' + text(holderOf(c, dev).el, false, 80).slice(0, 80)).join(' / ')})`);
    const h = holderOf(free[0], dev);
    const shifted = !saysDevice(h.el, dev) && moved(dev);
    if (shifted) return fails('notfound', shifted);
    const other = otherIn(h.el, dev);
    if (other) return fails('other', `what opened names another device (${other})`);
    const said = S.marks.get(h.el), head = !(said && said.d.includes(dev)) && headedElse(h.el, dev);
    if (head) return fails('other', `what opened is headed ${head}`);
    // A bar that stood there before acts on what is chosen, which may be more than was pressed.
    if (pressed1.bar && !h.layer && !saysDevice(h.el, dev)) return fails('ambiguous', 'a Deregister outside of every row acts on what is chosen, and nothing tells what that is');
    const mark = S.marks.get(h.el);
    if (found.unsure && !pressed1.sure && !(mark && mark.d.includes(dev))) return fails('ambiguous', 'what opened does not tell which of the devices of this name it is for');
    if (((pressed1.seek === 'name' && !(pressed1.own && h.layer)) || (pressed1.tier >= 3 && !itsMenu(free[0], found.places))) && !saysDevice(h.el, dev) && !inDetails(free[0], dev)) return fails('ambiguous', 'what opened does not say which device it is for');
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
      // In a view of one device all says that device: what is new in it ends where it does.
      for (let n = ref.deref(); isElement(n) && isConnected(n) && !frameLike(n) && !foreign(n, dev) && (rows.length || fresh(n)); n = up(n)) if (saysDevice(n, dev) && visible(n)) top = n; else if (top) break;
      if (top && !tops.includes(top) && !likeOthers(top, nameIn(top)) && !rows.some((r) => within(r, top) || within(top, r)) && hasControl(top)) tops.push(top);
    }
    const outer = tops.filter((t) => !tops.some((o) => o !== t && within(o, t)));
    if (outer.length !== 1) return fails(outer.length ? 'ambiguous' : 'notfound', `${outer.length} details were opened`);
    const el = outer[0], m = S.marks.get(el) || { d: [] }, head = !m.d.includes(dev) && headedElse(el, dev);
    if (head) return fails('other', `what opened is headed ${head}`);
    if (found.unsure && !m.d.includes(dev)) return fails('ambiguous', 'the details do not say which of the devices of this name they are of');
    return { el, anchor: nameIn(el) };
  };
  const inPlaces = (c, places) => places.some((p) => inPlace(p, c));
  const ours = (dev) => pressed1 && pressed1.dev === dev;
  // ownButton: of a device that is called Deregister, a button says it, too. Where its
  // name is a button as well, there are two, and none is pressed.
  const ownButton = (c, dev) => S.hits.get(c).name === K.devices[dev].name && matches(c, NATIVE);
  const findDeregister = (dev, trust) => {
    const found = placesOf(dev);
    if (found.why && found.why.kind === 'other') return found.why;
    if (ours(dev) && /^(opener|name|hover)$/.test(pressed1.seek)) { // what a tick brings acts on all that is ticked
      const o = opened(dev, found, trust);
      if (o) return o;
    }
    if (found.unsure) return found.why;
    let places = found.places;
    if (!places.length && routeOwner() === dev && document.body) {
      const shown = others(dev); // the view of the device before, perhaps
      if (shown) return fails('notfound', `the address is its own, and the view shows ${shown}`);
      // A view that is not drawn yet may be that of the device before, without its name.
      const name = K.devices[dev].name;
      if (name && !K.weak(name)) return fails('notfound', 'the address is its own, and the view does not say its name');
    }
    if (!places.length && routeOwner() === dev && document.body) places = [{ el: document.body, bounded: false, anchor: null }];
    if (!places.length) return fails('notfound', 'it is not in view');
    const out = [];
    for (const p of places) for (const c of deregistersIn(p.el, dev, trust)) if (inPlace(p, c) && !inLandmark(c, p.anchor || c, p.bounded && p.el) && !out.some((o) => o.el === c) && (!(p.anchor && within(c, p.anchor)) || (c === p.anchor && carriedBy(c).size === 1 && carriedBy(c).has(dev))) && (!isName(c) || ownButton(c, dev))) out.push({ el: c, place: p.el, odd: p.odd, bounded: p.bounded, of: p });
    let can = out.filter((o) => !disabled(o.el));
    // Beside the words that say to whom it is registered; another one may sign out.
    const beside = (c) => { for (let e = up(c), i = 0; isElement(e) && i < 4; e = up(e), i++) { if (can.some((o) => o.el !== c && within(e, o.el))) return false; if (speaks(fold(plainText(e)), 'alexa-registered-to')) return true; } return false; };
    if (can.length > 1 && can.filter((o) => beside(o.el)).length === 1) can = can.filter((o) => beside(o.el));
    if (can.length > 1) return fails('ambiguous', `${can.length} Deregister in its place`);
    if (can.length === 1 || out.length === 1) {
      const one = can[0] || out[0];
      if (one.odd && !(carriedBy(one.el).size === 1 && carriedBy(one.el).has(dev)) && !toldApart(one.el, one.of, dev)) return fails('ambiguous', 'its row is unlike the rows of the others, so that it is unclear which device this Deregister belongs to');
      if (one.el === one.of.anchor) { const at = nearer(one.el, dev); if (at) return fails('ambiguous', `it carries the device's id and stands at ${at}`); }
      const also = generated(one.el);
      if (also) return fails('danger', `it says more: ${also.slice(0, 40)}`);
      const over = headOf(one.el, one.of, dev);
      if (over) return fails('other', `it stands under ${over.slice(0, 60)}`);
      if (signsOut(one.el, one.place)) return fails('danger', 'it signs somebody out');
      const risk = one.bounded && everyIn(one.place).find((b) => matches(b, OPTION) && isTicked(b) && HARM.some((h) => speaks(fold(optionWords(b)), h)));
      if (risk) return fails('danger', `an option that is on in its row may do more than deregister: ${optionWords(risk).slice(0, 80)}`);
      return one;
    }
    const bar = toolbar(dev, places, trust);
    if (bar) return bar;
    return fails('notfound', 'no Deregister in its place');
  };
  // nearer: another device's name to which a control stands nearer on the screen than to the one
  // of the device whose id it carries: no row holds both, and the id may be another one's.
  const nearer = (c, dev) => {
    const a = boxOf(c), name = K.devices[dev].name, far = (els) => Math.min(...els.filter((e) => visible(e)).map((e) => { const b = boxOf(e); return Math.hypot(Math.max(0, a.left - b.right, b.left - a.right), Math.max(0, a.top - b.bottom, b.top - a.bottom)); }), Infinity);
    const own = far(S.names.get(name) || []);
    if (own !== Infinity) for (const [n, els] of S.names) if (n !== name && far(els) + 4 < own) return n;
    return '';
  };
  // A Deregister outside every row counts only for the one box that is ticked.
  const BOX = 'input[type=checkbox],input[type=radio],[role=checkbox],[role=radio]';
  const isTicked = (b) => b.checked === true || attr(b, 'aria-checked') === 'true' || attr(b, 'aria-pressed') === 'true';
  const OPTION = BOX + ',[role=switch],[role=menuitemcheckbox],[aria-pressed]';
  const boxesIn = (el, which = () => true) => [el].concat(hosts().filter((h) => within(el, h)).map(shadowRoot)).flatMap((r) => [...below(r, BOX)]).filter((b) => which(b) && !seeable(b, 'check', null));
  // tickedOne: the device's box is the one that is ticked, we ticked it, and the page does not
  // count more than one: rows of other pages may have come ticked.
  const tickedOne = (dev, places) => {
    const ticked = boxesIn(document.body, isTicked);
    if (ticked.length !== 1 || !inPlaces(ticked[0], places) || !ours(dev) || !pressed1.counted) return false;
    if (pressed1.seek !== 'box') return true;
    const many = (f, n) => speaks(f, 'danger-several') || speaks(f, 'chosen-more') || /\+\s?\d/.test(f) || otherNamed(clean(n.data), dev).other;
    const shown = (n) => isElement(parentNode(n)) && visible(parentNode(n)) && !inPlaces(parentNode(n), places);
    for (const [f, nodes] of texts().by) if (f.length < 200 && !pressed1.said.has(f) && nodes.some((n) => shown(n) && (/\d/.test(f) && number(tally(without(clean(n.data), dev))) || many(f, n)))) return false;
    return true;
  };
  // tally: of "1 of 14 rows selected", which was "0 of 14", the number that changed.
  const tally = (t) => {
    const shape = (s) => fold(s).replace(/\d+/g, '#'), was = [...pressed1.said.keys()].find((s) => shape(s) === shape(t)), old = was ? was.match(/\d+/g) : [];
    let i = 0;
    return was ? t.replace(/\d+/g, (n) => (n === old[i++] ? '' : n)) : t;
  };
  // becameOne: the page counts what is ticked: none before, one now.
  const becameOne = () => {
    const shape = (s) => s.replace(/\d+/g, '#');
    for (const [f, nodes] of texts().by) {
      if (!/\d/.test(f) || f.length > 200 || pressed1.said.has(f) || !nodes.some((n) => isElement(parentNode(n)) && visible(parentNode(n)))) continue;
      const was = [...pressed1.said.keys()].find((s) => shape(s) === shape(f)), a = was && was.match(/\d+/g), b = f.match(/\d+/g);
      if (a && a.some((n, i) => n === '0' && b[i] === '1') && a.every((n, i) => n === b[i] || (n === '0' && b[i] === '1'))) return true;
    }
    return false;
  };
  const outerBar = (dev) => { const p = placesOf(dev).places; return saying('deregister', dev, null).some((c) => !elsewhere(c, dev) && !inLandmark(c, c) && !inPlaces(c, p)); };
  // freeBar: a Deregister outside of every row that can be pressed, or a menu that may hold one.
  const freeBar = (dev) => saying('deregister', dev, null).some((c) => !elsewhere(c, dev) && !inLandmark(c, c) && !disabled(c)) || outerMenus(dev, placesOf(dev).places, null).length > 0;
  const toolbar = (dev, places, trust) => {
    if (!tickedOne(dev, places)) return null;
    const free = saying('deregister', dev, trust).filter((c) => !elsewhere(c, dev) && !inLandmark(c, c));
    if (free.length !== 1) return free.length ? fails('ambiguous', `${free.length} Deregister outside the rows`) : null;
    for (let e = up(free[0]), i = 0; isElement(e) && i < 3 && !frameLike(e) && !places.some((p) => within(e, p.el)); e = up(e), i++) { const { other } = otherNamed(text(e, false, 300), dev); if (other) return fails('other', `the bar says ${other}, too`); }
    if (pressed1.ready && boxesIn(document.body).length < K.devices.length && !becameOne()) return fails('ambiguous', 'it could be pressed before this device was ticked, so that others may be ticked that are not in view');
    return { el: free[0], place: free[0] };
  };

  const outerMenus = (dev, places, trust) => innermost(everyIn(document.body).filter((c) => pressable(c) && canSee(c, trust) && !disabled(c) && !elsewhere(c, dev) && !inPlaces(c, places) && !inLandmark(c, c) && !threat(c) && !away(c) &&
    called(c).map(fold).map(trim).filter(Boolean).some((w) => isPhrase(w, 'more-actions')) && !isName(c)));
  // barMenus: menus outside of every row, which act on the one box that is ticked.
  const barMenus = (dev, places, trust) => {
    if (!tickedOne(dev, places)) return [];
    return outerMenus(dev, places, trust).map((el, i) => ({ el, sig: 'bar|' + i, words: called(el)[0] || '' }));
  };
  // openers: what may show more of a device when pressed, in the order to try.
  const openersOf = (dev, places, trust) => {
    const out = [];
    for (const p of places) {
      for (const c of innermost(controlsIn(p.el, trust))) {
        if (!inPlace(p, c)) continue;
        if (within(c, p.anchor) || isName(c) || inLandmark(c, p.anchor, p.bounded && p.el) || matches(c, 'input:not([type=button]):not([type=submit]):not([type=image]),select,textarea,option')) continue;
        if (matches(c, 'input[type=submit],input[type=image]') && !faced(c)) continue;
        if (threat(c, p.el) || disabled(c) || [c, ...everyIn(c)].some((x) => matches(x, BOX))) continue;
        const words = called(c).map(fold).map(trim).filter(Boolean);
        if (words.some((w) => speaks(w, 'deregister-words') || speaks(w, 'deregister'))) continue;
        if (neverLeads(words.map((w) => fold(without(w, dev)))) || TAKES.test(clean(text(c)))) continue;
        if (words.some((w) => K.firm().some(([n, f]) => n !== K.devices[dev].name && wordAt(w, f) >= 0))) continue;
        if (away(c)) continue;
        const rest = words.map((w) => { const n = fold(K.devices[dev].name); const i = n ? wordAt(w, n) : -1; return i < 0 ? w : (w.slice(0, i) + ' ' + w.slice(i + n.length)).replace(/\s+/g, ' ').replace(/[\s:,"\u201c\u201d'-]+$|^[\s:,"\u201c\u201d'-]+/g, '').replace(/ (of|for|von|f\u00fcr)$/, ''); });
        const pops = (attr(c, 'aria-haspopup') && attr(c, 'aria-haspopup') !== 'false') || attr(c, 'aria-expanded') === 'false' || localName(c) === 'summary';
        const more = rest.length && rest.every((w) => !w || isPhrase(w, 'more-actions'));
        const det = rest.length && rest.every((w) => !w || isPhrase(w, 'details'));
        let tier = 0;
        if (more || (!words.length && called(c).some((w) => isPhrase(fold(w), 'menu-dots'))) || (pops && (!rest.length || det))) tier = 1;
        else if (!words.length) tier = harmful(c) ? 0 : 2;
        else if (det) tier = 3;
        else if (pops) tier = 4;
        if (!p.bounded && familyOf(c)) continue; // where nothing bounds the place, the way to other devices lies in it, too
        if (tier && headOf(c, p, dev)) continue;
        if (tier) out.push({ el: c, tier, words: words[0] || '', far: far(p.anchor, c) });
      }
    }
    out.sort((a, b) => a.tier - b.tier || a.far - b.far);
    const n = {};
    for (const o of out) { n[o.tier] = (n[o.tier] || 0) + 1; o.sig = o.tier + '|' + o.words + '|' + (n[o.tier] - 1); }
    for (const o of out) o.like = n[o.tier];
    return out;
  };
  // TAKES: signs that close or take away; in a row of a device there is nothing to close.
  const TAKES = /^[\u00d7\u2715\u2716\u2717\u2718\u2212\u2013\u2014\u23cf\u21e5\u232b\u2296\u229d\u2297-]\ufe0f?$/u;
  // harmful: an icon without words whose parts are named after what takes something away (a
  // lock, and not inline-block). What
  // nobody names may still be pressed; these names only ever forbid.
  const harmful = (c) => [c, ...everyIn(c)].some((e) => ['class', 'id', 'src', 'href', 'xlink:href', 'data-icon', 'data-testid', 'name'].some((a) => /trash|delet|remov|dustbin|garbage|erase|wipe|reset|recycl|power|(?<![bcf])lock|cart|buy|purchase|minus|\bbin\b/i.test(attr(e, a) || '')));
  // far: how many steps out from the name to what holds the control, too.
  const far = (anchor, c) => { let n = 0; for (let e = anchor; isElement(e) && !within(e, c); e = up(e)) n++; return n; };
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
  const inWords = (el) => /[\p{L}\p{N}]/u.test(spoken(el));
  const nameTarget = (dev, p) => {
    // An icon that is called as the device may do anything: its name in words is pressed.
    const said = inWords(p.anchor) ? p.anchor : (S.names.get(K.devices[dev].name) || []).find((n) => inPlace(p, n) && inWords(n) && visible(n)) || p.anchor;
    for (let n = said, i = 0; isElement(n) && i < 4; n = up(n), i++) { if (pressable(n) && (matches(n, NATIVE) || i < 2)) return n; if (n === p.el) break; }
    return said;
  };

  // ---- finding for a step ----

  // findKnown: what is sought. Only what is sought as Deregister or as its confirmation may
  // say so, whatever else it is taken for: a button that carries a device's id is no name.
  const findKnown = (q, mode, trust) => {
    const f = lookFor(q, mode, trust);
    if (!f.el || /^(deregister|confirm|tick|cancel|notice|close)$/.test(q.seek)) return f;
    // Where it can be pressed as a whole, what it says outside of its controls is what it does.
    for (let n = f.el, i = 0; isElement(n) && i < 8 && !frameLike(n); n = up(n), i++) {
      if (!pressable(n)) continue;
      let said = n === f.el && called(n).every((w) => K.groups.has(w)) ? [] : everyIn(n).some((k) => pressable(k)) ? [plainText(n)] : called(n);
      const name = fold((K.devices[q.dev] || {}).name || ''), leaves = name && isPhrase(name, 'deregister') ? leafTexts(n) : [];
      if (leaves.length > 1 && leaves.includes(name)) said = [leaves.filter((t, i) => i !== leaves.indexOf(name)).join(' ')]; // a device that is called so
      said = said.concat(attr(n, 'title') || [], idrefs(n, 'aria-describedby') || [], (attr(closestSafe(n, 'a[href]') || n, 'href') || '').split(/[^\p{L}]+/u).join(' '));
      if (said.map(fold).some((w) => speaks(w, 'deregister-words') || speaks(w, 'deregister') || HARM.some((h) => h !== 'danger-several' && speaks(w, h)))) return fails('danger', `it is a button that says ${said.find(Boolean).slice(0, 60)}`);
    }
    const label = q.seek === 'name' && closestSafe(f.el, 'label'), box = label && (label.control || inElement(label, BOX)[0]);
    if (box && isTicked(box)) return fails('notfound', 'its name is the label of a box that is ticked');
    return f;
  };
  const lookFor = (q, mode, trust) => {
    scan();
    if (q.seek === 'nav') { const n = navs(trust).find((x) => x.sig === q.sig); return n ? { el: n.el, family: n.kind === 'family' ? n.devices : null } : fails('notfound', 'it is no longer there'); }
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
    if (q.seek === 'bar') { const m = barMenus(dev, found.places, trust).find((x) => x.sig === q.sig); return m && !found.unsure ? { el: m.el } : fails('notfound', 'it is no longer there, or not this device alone is ticked'); }
    if (q.seek === 'opener' && q.in) {
      const panel = panelOf(dev, found);
      if (panel.kind) return panel;
      const o = openersOf(dev, [panel], trust).find((x) => x.sig === q.sig);
      return o ? { el: o.el, place: panel.el } : fails('notfound', 'it is no longer there');
    }
    let places = found.places;
    if (found.unsure) { if (!(q.at >= 0)) return found.why; places = places.slice(q.at, q.at + 1); }
    if (!places.length) return found.why || fails('notfound', 'it is not in view');
    if (!found.unsure && places.length > 1) places = places.filter((p) => p.bounded).length === 1 ? places.filter((p) => p.bounded) : places;
    const p = places[0];
    if (q.seek === 'place') return { el: p.anchor, place: p.el };
    if (p.odd && q.seek === 'opener') { const o = openersOf(dev, [p], trust).find((x) => x.sig === q.sig); if (o && toldApart(o.el, p, dev)) return { el: o.el, place: p.el }; }
    if (p.odd && q.seek !== 'name') return fails('ambiguous', 'its row is unlike the rows of the others');
    if (q.seek === 'name') return { el: nameTarget(dev, p), place: p.el };
    if (q.seek === 'box') { const b = boxesIn(p.el).filter((x) => inPlace(p, x) && !disabled(x)); return b.length === 1 ? { el: b[0], place: p.el } : fails('ambiguous', `${b.length} boxes in its row`); }
    if (q.seek === 'opener') { const o = openersOf(dev, [p], trust).find((x) => x.sig === q.sig); return o ? { el: o.el, place: p.el } : fails('notfound', 'it is no longer there'); }
    return fails('notfound', 'nothing is known of ' + q.seek);
  };

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
  // Rows of a list may differ in class, as every second one does.
  const siblings = (a, b) => localName(a) === localName(b) && parentNode(a) === parentNode(b);
  const samePath = (a, b, places) => a.length === b.length && a.every((e, i) => (alike(e, b[i]) || (!places && i > 0 && i === a.length - 1 && siblings(e, b[i]))) && (i === a.length - 1 || !places || classes(e).length || indexIn(e) === indexIn(b[i])));
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
      // Among cells, or lines, of one make it is the one at the place of the names.
      const make = (x) => (parentNode(x) ? [...childNodes(parentNode(x))].filter((k) => isElement(k) && alike(k, x)) : [x]);
      if (p.some((x, i) => i < p.length - 1 && make(s[i]).length > 1 && make(x).indexOf(x) !== make(s[i]).indexOf(s[i]))) continue;
      // A slot that is fuller than the list is not the slot of the names.
      const sib = parentNode(e) ? [...childNodes(parentNode(e))].filter((k) => isElement(k) && alike(k, e)) : [];
      if (sib.length > K.devices.length + 2) continue;
      // Cells of one make: where another one of the row says its name, this one says its type.
      const m = S.marks.get(e), theirs = m ? m.g.flatMap((g) => (g === S.hits.get(el).name ? [] : S.names.get(g) || [])) : [];
      if (theirs.some((x) => within(e, x) && !within(x, el) && !within(el, x) && (pathTo(x, e) || []).length === p.length)) continue;
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
  // nameLabel: the words for a name with which a line of some details begins.
  const labelOfLine = (t) => trim((t || '').replace(/[:\uff1a].*$/, ''));
  const nameLabel = (el) => { const t = labelOfLine(leafTexts(el)[0]); return isPhrase(t, 'name-label') ? t : ''; };
  // nameLine: an element of p is the name in a line of the details that gives it: what stands
  // around it says no more than the label and the name, and deregisters nothing.
  const nameLine = (p, t) => {
    const name = fold((S.hits.get(t) || {}).name || '');
    let line = null;
    for (let c = t; isElement(c) && c !== p; c = up(c)) {
      const label = nameLabel(c);
      if (leafTexts(c).some((x) => x !== name && trim(x.replace(/[:\uff1a]$/, '')) !== label && labelOfLine(x) !== label && !controlsIn(c).some((k) => called(k).map(fold).includes(x)))) break;
      if (label) line = c;
    }
    return !!line && !acts(line);
  };
  // acts: it holds a Deregister, or what may open one; a line of some details that gives the
  // serial or the name does not.
  const acts = (el) => everyIn(el).some((c) => { const w = pressable(c) || isPhrase(fold(text(c, false, 60)), 'deregister') ? called(c).map(fold) : null; return w && (w.some((x) => speaks(x, 'deregister-words') || speaks(x, 'deregister') || isPhrase(x, 'more-actions') || isPhrase(x, 'menu-dots')) || attr(c, 'aria-haspopup') || (!w.some((x) => /[\p{L}\p{N}]/u.test(x)) && !matches(c, 'input,select'))); });
  // saysOwner: a line of some details that begins with the words for whom it is registered to.
  const saysOwner = (el) => { const t = labelOfLine(leafTexts(el)[0]); return ['owner-label', 'alexa-registered-to', 'household'].some((n) => isPhrase(t, n) || isPhrase(t + ':', n)); };
  // rival: a sibling of cur that fills the slot of the name and holds a control is a
  // row of its own, whether the list knows it or not.
  const rival = (cur, p, anchor) => {
    const path = pathTo(anchor, cur);
    if (!path) return null;
    const label = nameLabel(cur);
    const root = shadowRoot(p);
    for (const s of childNodes(root || p)) {
      if (s === cur || !isElement(s) || !alike(s, cur) || !visible(s)) continue;
      const fill = fills(s, path);
      if (!fill) continue;
      if (!hasControl(s) || !hasControl(cur)) continue;
      if (label && !leafTexts(s).some((t) => labelOfLine(t) === label) && (saysOwner(s) || !acts(s))) continue; // a line of the details, such as the serial
      return s;
    }
    return null;
  };
  // fills: the element of s that stands where the anchor stands in its own item.
  const fills = (s, path, own) => {
    let level = [s];
    for (let i = path.length - 2; i >= 0; i--) {
      const next = [];
      for (const e of level) for (const k of kids(e)) if (isElement(k) && alike(k, path[i]) && (classes(k).length || indexIn(k) === indexIn(path[i]))) next.push(k);
      if (!next.length) return null;
      level = next;
    }
    return (own && level.find(own)) || level.find((e) => { const t = text(e, true, 200); return t && !isPhrase(fold(t), 'deregister') && !K.vocabulary.has(fold(t)); }) || null;
  };
  // sameName: it says the name that the anchor says, perhaps with a badge.
  const sameName = (f, anchor) => { const a = (S.hits.get(anchor) || {}).name, m = S.marks.get(f); return !!a && !!m && m.g.length === 1 && m.g[0] === a; };
  // onlyName: the part of p in which the anchor stands says no more than the name: it is no row
  // in a row of the same name.
  const onlyName = (p, anchor) => {
    let c = anchor;
    while (isElement(up(c)) && up(c) !== p) c = up(c);
    const name = (S.hits.get(anchor) || {}).name, m = S.marks.get(c);
    return !(m && m.d.length) && (!hasControl(c) || (pressable(c) && !everyIn(c).some((x) => pressable(x)))) && leafTexts(c).every((t) => t === fold(name) || !/[\p{L}\p{N}]/u.test(t) || smallWord(t) || /[:\uff1a]$/.test(t) || fold(name).includes(t) || t.endsWith(': ' + fold(name)));
  };
  // owned: an element that is like a row, whose slot of the name says something else.
  const owned = (p, anchor) => {
    for (const form of forms()) {
      if (!alike(p, form[0][form[0].length - 1])) continue;
      const s = form.find((s) => !s.includes(anchor) && !within(p, s[s.length - 1]));
      if (!s) continue;
      const f = fills(p, s, (e) => within(anchor, e) || (within(e, anchor) && sameName(e, anchor)));
      if (f && !within(f, anchor) && !within(anchor, f) && visible(f) && !smallWord(text(f, true, 200)) && !(sameName(f, anchor) && onlyName(p, anchor))) return f;
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
      if (ours(dev) && fresh(p) && (speaks(fold(t), 'deregister-words') || speaks(fold(t), 'deregister'))) continue; // the question that our press brought
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
  // halves: of two devices in p, cur holds what is for one of them: a Deregister, a box or a
  // menu of its own, and one more like it stands beside.
  const halves = (cur, p, dev) => {
    const m = S.marks.get(p);
    if (!m || m.g.length !== 2 || m.d.length > 2) return false;
    const menus = (el) => controlsIn(el).filter((c) => called(c).length === 0 || called(c).some((w) => isPhrase(fold(w), 'more-actions')));
    for (const of of [(el) => deregistersIn(el, dev), (el) => boxesIn(el), menus]) { const all = of(p); if (all.length) return all.length === 2 && of(cur).length === 1; }
    return false;
  };
  // placeOf: the place of one anchor of a device.
  const placeOf = (el, dev) => {
    const name = K.devices[dev].name;
    const twins = (S.names.get(name) || []).filter((o) => o !== el && !within(o, el) && !within(el, o) && visible(o));
    const words = (t) => matches(closestSafe(t, NATIVE) || t, NATIVE) || onlyControls(t), word = (t) => K.weak(name) && words(t) && !words(el); // a button that says what the device is called
    const another = (p, t) => within(p, t) && !word(t) && (alike(t, el) || !(onlyName(p, t) || nameLine(p, t))); // the row of a parent or a child may look different
    let cur = el, bounded = false, twin = false, nested = false, fenced = false, halved = false, without = null;
    for (let p = up(el); isElement(p); p = up(p)) {
      if (foreign(p, dev)) {
        bounded = true;
        // The id beside the name is that of another device of this name.
        const m = S.marks.get(p);
        twin = m.g.every((g) => g === name) && m.d.length > 0 && !m.d.includes(dev);
        without = childOf(p, el, dev);
        if (without) { cur = p; twin = false; } else halved = halves(cur, p, dev);
        break;
      }
      if (rival(cur, p, el) || twins.some((t) => !within(cur, t) && another(p, t))) { bounded = true; break; }
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
      // What carries its id and is a row as the others are is its row, wherever its name stands.
      const row = (e) => others.some((o) => { const item = o[o.length - 1]; return e !== item && parentNode(e) === parentNode(item) && alike(e, item); });
      if (!best && (S.ids.get(dev) || []).includes(el)) for (let e = el; e; e = up(e)) { if (row(e)) best = e; if (e === cur) break; }
      if (best) cur = best; else odd = others.length > 1 && !nested && !fenced && !halved;
    }
    return { el: cur, bounded, odd, twin, anchor: el };
  };
  // strangeIn: what shows that a place without the id of its device is another one's, which the
  // list lacks: an id, or what it says besides the name.
  const strangeIn = (p, dev) => {
    const all = S.strange || (S.strange = new Map());
    if (!all.has(dev)) all.set(dev, new Map());
    const at = all.get(dev), m = S.marks.get(p.el);
    if (!at.has(p.el)) at.set(p.el, m && m.d.includes(dev) ? '' : strangeID(text(p.el, true, 2000), dev) || serialSaid(p.el, dev) || ofOthers(p.anchor) || drawnMore(p, dev) || tailOfOther(text(p.el, true, 600), dev) || (p.bounded ? saysMore(p, dev) || contradicts(p, dev) : ''));
    return at.get(p.el);
  };
  // idsShown: what shows a device's id. What stands around says it, too; not so a fold that is
  // closed around it.
  const idsShown = (dev) => {
    const all = S.ids.get(dev) || [], inner = (el) => all.filter((o) => o !== el && within(el, o));
    return all.filter((el) => visible(el) && (carriedBy(el).has(dev) || !inner(el).length || inner(el).some((o) => visible(o))));
  };
  // places of a device, one for each item that shows it; sure: it cannot be another's.
  const placesOf = (dev) => {
    scan();
    const d = K.devices[dev], group = K.groups.get(d.name) || [];
    const marked = innermost(idsShown(dev));
    const namedHere = (S.names.get(d.name) || []).filter((el) => visible(el));
    const out = [];
    let other = '';
    const add = (el, byID) => {
      if (foreign(el, dev)) return; // it says two devices: whose it is, nobody knows
      const p = placeOf(el, dev);
      if (p.twin || (!byID && strangeIn(p, dev))) return;
      if (!byID && !p.bounded && ofSeveral(el)) return;
      // After the press on Deregister a heading may ask or tell.
      if (!byID && !(ours(dev) && /^(deregister|confirm)$/.test(pressed1.seek)) && (!p.bounded || (ours(dev) && fresh(p.anchor)))) {
        const head = headedElse(p.bounded ? p.el : rootElement(ownerDocument(el)), dev);
        if (head) { other = head; return; }
      }
      const old = out.find((o) => o.el === p.el || inPlace(o, p.el) || inPlace(p, o.el));
      if (old) { if (within(p.el, old.el) && p.el !== old.el) { old.el = p.el; old.without = p.without; } if (byID) old.id = true; else { old.named = true; if (!old.anchorNamed) { old.anchor = p.anchor; old.anchorNamed = true; } } old.odd = old.odd && p.odd; return; }
      out.push({ ...p, id: byID, named: !byID, anchorNamed: !byID });
    };
    for (const el of namedHere) add(el, false);
    for (const el of marked) add(el, true);
    for (const p of out) if ((S.marks.get(p.el) || { d: [] }).d.includes(dev)) p.id = true;
    const route = routeOwner();
    if (route !== dev && (route !== null || strangeID(address(), dev))) return { places: [], why: { kind: 'other', words: 'the address belongs to another device' } };
    if (other && !out.length) return { places: [], why: { kind: 'other', words: `what is in view is headed ${other}` } };
    let list = out;
    const withID = out.filter((p) => p.id);
    if (withID.length) list = withID;
    else if (route === dev) list = out;
    else if (group.length > 1) return { places: out, unsure: true, why: { kind: 'ambiguous', words: `${group.length} devices are named ${d.name} and nothing here tells which is which` } };
    else if (out.length > 1) {
      // A name that stands more often than it is listed.
      let items = out.filter((p) => p.bounded);
      // What our press opened may say the name again.
      if (pressed1 && pressed1.dev === dev) { const old = items.filter((p) => !(fresh(p.anchor) && !likeOthers(p.el, p.anchor))); if (old.length) items = old; else { const under = items.filter((p) => !newLayer(p.anchor)); if (under.length) items = under; } }
      if (items.length > 1) return { places: out, unsure: true, why: { kind: 'ambiguous', words: `${items.length} rows have this name` } };
      if (items.length === 1) list = items;
    }
    return { places: list };
  };
  // routeOwner: the device whose id the address carries; null: none.
  const address = () => { const h = location.hash + ' ' + location.search; try { return decodeURIComponent(h); } catch { return h; } };
  const routeOwner = () => {
    const ids = idsIn(address(), new Set());
    ids.delete(MANY);
    return ids.size === 1 ? [...ids][0] : null;
  };

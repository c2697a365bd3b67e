  // ---- pictures ----
  //
  // A picture touches nothing: what is personal is painted over in the picture, not
  // veiled on the page, so that no menu closes and nothing here looks as if it had
  // changed by a press of ours.

  const areaOf = (d, b) => { const [x, y] = toTop(d, b.left, b.top), [r, t] = toTop(d, b.right, b.bottom); return { x, y, w: r - x, h: t - y }; };
  const areaOfEl = (el) => areaOf(ownerDocument(el), boxOf(el));
  const MAIL = /[^\s@<>()"',;:]+@[^\s@<>()"',;:]+\.[^\s@<>()"',;:]+/g;
  // personal: the areas of the bar that greets by name, of e-mail addresses, and of
  // what was typed.
  const personal = () => {
    const out = [];
    const roots = documents().concat(hosts().map(shadowRoot));
    for (const bar of innermost(firstMatches('personal-bar', documents()))) {
      const b = boxOf(bar);
      out.push(areaOfEl(bar));
      // its menus hang out of it
      for (const el of everyIn(bar)) {
        const c = boxOf(el);
        if (sized(c) && (c.left < b.left || c.top < b.top || c.right > b.right || c.bottom > b.bottom) && rendered(el, { visibilityProperty: true })) out.push(areaOfEl(el));
      }
    }
    for (const r of roots) {
      const d = nodeType(r) === 9 ? r : ownerDocument(r);
      const w = treeWalker(d, r, 4);
      for (let n = w.nextNode(); n; n = w.nextNode()) {
        if (!n.data.includes('@')) continue;
        const p = parentNode(n);
        if (!isElement(p) || SILENT.has(localName(p)) || !rendered(p, { visibilityProperty: true })) continue;
        const found = [...n.data.matchAll(MAIL)];
        for (const m of found) {
          const range = d.createRange();
          range.setStart(n, m.index); range.setEnd(n, m.index + m[0].length);
          for (const b of range.getClientRects()) out.push(areaOf(d, b));
        }
        // one that is cut into pieces
        for (let e = p, i = 0; !found.length && isElement(e) && i < 3; e = up(e), i++) {
          const t = textContent(e);
          if (t.length > 200) break;
          if (t.match(MAIL)) { out.push(areaOfEl(e)); break; }
        }
      }
      for (const el of (nodeType(r) === 9 ? inDocument : inFragment)(r, 'input,textarea')) {
        const tag = localName(el);
        if (tag === 'input' && KEPT.test(attr(el, 'type') || '')) continue;
        if (setters[tag].get.call(el) && rendered(el, { visibilityProperty: true })) out.push(areaOfEl(el));
      }
    }
    return out.filter((b) => b.w > 0 && b.h > 0 && b.x < innerWidth && b.y < innerHeight && b.x + b.w > 0 && b.y + b.h > 0);
  };
  // subject: what the picture is of; null: the whole window.
  const subject = (q) => {
    const dev = K && q.key ? byKey(q.key) : -1;
    if (dev < 0) return null;
    scan();
    if (q.of === 'popup') { const p = popupOf(dev, null); return p.holder ? [areaOfEl(p.holder)] : null; }
    if (q.of !== 'row') return null;
    const { places } = placesOf(dev);
    if (!places || places.length !== 1) return null;
    const found = findDeregister(dev, null); // in a menu that hangs out of the row
    return [places[0].el].concat(found.el ? [found.place, found.el] : []).map(areaOfEl);
  };
  // picture is asked before the window is captured and after it. In between, each frame
  // adds where what is personal stands by then: a page may move it.
  let areasSeen = null;
  const noteAreas = (into) => { for (const b of personal()) into.set([b.x, b.y, b.w, b.h].join(), b); };
  const picture = (q) => {
    if (q.done) {
      const all = areasSeen || new Map();
      areasSeen = null;
      noteAreas(all);
      return { ok: true, begun: all.begun === true, hide: [...all.values()].slice(0, 5000) };
    }
    let of = null;
    try { of = subject(q); } catch { /* then it is the window */ }
    const mine = (areasSeen = new Map()), start = now();
    mine.begun = true;
    const frame = () => { if (areasSeen !== mine || now() - start > 5000) return; try { noteAreas(mine); } catch { mine.begun = false; return; } requestAnimationFrame(frame); };
    frame();
    return { ok: true, w: innerWidth, h: innerHeight, of };
  };


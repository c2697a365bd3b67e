  // ---- what stands beside a name, and whether it is a part of it ----

  const inlineBox = (el) => { const s = getComputedStyle(el); return s.display === 'inline' && s.position === 'static' && s.float === 'none'; };
  const boxed = (el) => {
    const s = getComputedStyle(el);
    return s.display !== 'inline' || s.position !== 'static' || s.float !== 'none' || s.borderTopWidth !== '0px' || !/^rgba\(0, 0, 0, 0\)$|^transparent$/.test(s.backgroundColor);
  };
  // ofSomebody: what follows these words is a person, whatever the devices are called.
  const ofSomebody = (s) => { const f = fold(s), g = f.replace(/\s*[:：]$/, ''); return ['alexa-registered-to', 'household'].some((n) => isPhrase(f, n) || isPhrase(g, n) || isPhrase(g + ':', n)); };
  const somebodyAfter = (s) => { const f = fold(s).replace(/\s*[:：]?$/, ''); return ['alexa-registered-to', 'household'].some((n) => (phrases.get(n) || []).some((p) => f.endsWith(p.replace(/[:：]$/, '')))); };
  // onlyControls: all that it says are words of buttons and links.
  const onlyControls = (el) => {
    const w = treeWalker(ownerDocument(el), el, 4);
    for (let n = w.nextNode(); n; n = w.nextNode()) if (clean(n.data)) { const c = closestSafe(parentNode(n), NATIVE); if (!c || !within(el, c)) return false; }
    return true;
  };
  // ownLine: what stands beside it in the document stands above or below it on the page.
  const ownLine = (el) => { const s = getComputedStyle(el); return s.float === 'none' && /^(static|relative)$/.test(s.position) && /^(block|flow-root|list-item|flex|grid|table)$/.test(s.display) && !/flex|grid/.test(isElement(up(el)) ? getComputedStyle(up(el)).display : ''); };
  const smallWord = (w) => { const f = fold(w).replace(/[()\[\]·|,–-]/g, ' ').trim(); return !f || K.vocabulary.has(f) || K.labels.has(f) || K.labels.has(fold(w)) || K.dates.has(fold(w)) || isPhrase(f, 'badge') || K.idsOf(w).size > 0; };
  // asked: the question that our press brought.
  const asked = (k, w) => !!pressed1 && fresh(k) && (speaks(fold(w), 'deregister-words') || speaks(fold(w), 'deregister'));
  const once1 = (ask) => { let a; return () => (a === undefined ? (a = ask()) : a); };
  // alone: nothing beside it on its line makes it a part of a longer name.
  const alone = (el, name, own, look) => {
    let e = el, inner = own; // own: the text node that says it, where the element says more
    for (let n = 0; n < 5; n++) {
      if (!inner && ownLine(e)) return true;
      const p = inner ? e : up(e);
      if (!isElement(p)) return true;
      look(p);
      const flexible = once1(() => /flex|grid|table/.test(getComputedStyle(p).display));
      let seen = false;
      for (const k of kids(p)) {
        if (k === (inner || e)) { seen = true; continue; }
        if (nodeType(k) === 3) {
          const t = clean(k.data);
          if (!t) continue;
          if (!seen && ofSomebody(t)) return false;
          if (flexible() || smallWord(t) || (!seen && /[:：]$/.test(t))) continue;
          return false;
        }
        if (!isElement(k) || SILENT.has(localName(k)) || localName(k) === 'br') continue;
        const w = text(k, true, 200);
        if (!seen && ofSomebody(w)) return false;
        if (!w || flexible() || boxed(k) || smallWord(w) || onlyControls(k) || asked(k, w) || (!seen && /[:：]$/.test(w))) continue;
        return false;
      }
      if (!inner || !inlineBox(e)) { if (!isElement(p) || !inlineBox(p)) return true; }
      if (inner) { inner = null; if (!inlineBox(e)) return true; } else e = p;
    }
    return true;
  };

  // labelBefore: the words with a colon that stand directly before a name, on its line or as the
  // one before it.
  const labelBefore = (at, name, look) => {
    for (let e = at, n = 0; n < 4; n++) {
      const p = up(e);
      if (!isElement(p)) return '';
      let before = null;
      for (const k of kids(p)) { if (k === e) break; if (nodeType(k) === 3 ? clean(k.data) : isElement(k) && !SILENT.has(localName(k)) && textContent(k).trim()) before = k; }
      if (before && isElement(before) && isElement(e) && alike(before, e) && (classes(e).length || /^(li|tr)$/.test(localName(e)))) return ''; // one row after another
      look(p);
      if (before) { const m = /([^:\uff1a]{1,40})[:\uff1a]$/.exec(nodeType(before) === 3 ? clean(before.data) : text(before, true, 120)); return m ? fold(m[1]) : ''; }
      if (saidOf(p, K.limit).s !== name) return '';
      e = p;
    }
    return '';
  };

  // apart: what reads like a longer name, "Bedroom Kindle", is a name and a type that stand
  // beside each other, or has the id of a device that is not called so.
  const apart = (el, name, e, o) => {
    const ids = [...o.ids, ...carriedBy(e)].filter((d) => d !== MANY);
    if (ids.length) return !ids.some((d) => K.devices[d].name === o.name);
    const i = o.name.indexOf(name);
    if (i < 0 || !K.labels.has(human((o.name.slice(0, i) + o.name.slice(i + name.length)).trim()))) return false;
    for (let n = el; n !== e; n = up(n)) if (!isElement(n)) return false; else if (getComputedStyle(n).display !== 'inline') return true;
    return false;
  };

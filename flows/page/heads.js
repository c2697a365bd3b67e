  // ---- what stands over a name ----
  //
  // A card of a group, a person or an accessory may say a device's name in one of its lines:
  // its Deregister is not the device's.

  // headOf: what is more prominent than the name, or stands before its label, in the least part
  // of a place that holds both the name and a control. '' where the name heads it.
  const headOf = (c, p, dev) => {
    if (!p.anchor || p.id || !S.hits.get(p.anchor) || !S.hits.get(p.anchor).name) return '';
    const all = S.headOf || (S.headOf = new Map());
    let at = p.anchor;
    while (isElement(at) && !within(at, c)) at = up(at);
    if (!isElement(at) || frameLike(at)) return '';
    if (!all.has(at)) all.set(at, new Map());
    if (!all.get(at).has(dev)) all.get(at).set(dev, headIn(at, p, dev));
    return all.get(at).get(dev);
  };
  // toldApart: the least part that holds a name and a control holds the id, too, and the name
  // heads it: these are the details of the device, unlike as they are to the rows.
  const toldApart = (c, p, dev) => {
    if (!p.id || !p.anchor || !S.hits.get(p.anchor) || !S.hits.get(p.anchor).name) return false;
    let at = p.anchor;
    while (isElement(at) && !within(at, c)) at = up(at);
    return isElement(at) && idsShown(dev).some((el) => within(at, el)) && !headIn(at, p, dev);
  };
  const heavy = (el) => parseInt(getComputedStyle(el).fontWeight, 10) || 400;
  const headIn = (at, p, dev) => {
    const d = K.devices[dev], a = p.anchor, size = sizeOf(a), heading = closestSafe(a, HEADS);
    const label = S.hits.get(a).label, odd = label && !K.ownLabel(label);
    // Other places of its name, such as a picture's, may be the one that heads it.
    const names = (S.names.get(d.name) || []).filter((n) => within(at, n) && visible(n));
    const larger = names.some((n) => sizeOf(n) > size || heavy(n) > heavy(a) || closestSafe(n, HEADS));
    const w = treeWalker(ownerDocument(at), at, 4);
    let before = true;
    for (let n = w.nextNode(), i = 0; n && i < 200; n = w.nextNode(), i++) {
      const e = parentNode(n), t = clean(n.data);
      if (isElement(e) && names.some((x) => within(x, e) || within(e, x))) { before = before && !within(a, e); continue; }
      if (!/\p{L}{2}/u.test(t) || !isElement(e) || SILENT.has(localName(e)) || !visible(e) || controlWords(n, at)) continue;
      const h = closestSafe(e, HEADS), whole = h && within(at, h) ? text(h, false, 160) : t;
      if (smallWord(whole) || smallWord(t) || /[:\uff1a]$/.test(t) || /\b(19|20)\d\d\b/.test(t) || idsIn(whole, new Set()).has(dev) || wordAt(loose(whole), loose(d.name)) >= 0) continue;
      if (ours(dev) && fresh(e)) continue; // the question that our press brought
      const large = sizeOf(e) > size * 1.15 || (h && within(at, h) && !heading);
      if ((large || before) && speaks(fold(whole), 'holder-words')) return whole;
      if (before && odd) return whole;
      if (p.bounded && !larger && large && !whole.split(/[^\p{L}\p{N}'-]+/u).every((x) => !x || plainWord(x) || K.vocabulary.has(fold(x)))) return whole;
    }
    return '';
  };
  // generated: the words that a style puts before or after an element or what is around it, up
  // to where more is said.
  const generated = (el) => {
    const said = spoken(el);
    for (let e = el, i = 0; isElement(e) && i < 4 && spoken(e) === said; e = up(e), i++) for (const part of ['::before', '::after']) {
      const c = getComputedStyle(e, part).content, words = /^"/.test(c) ? clean(c.slice(1, -1)) : '';
      if (/^(\u2026|\.\.\.)/.test(words)) return words;
      if (/\p{L}/u.test(words) && !/[:\uff1a]$/.test(words) && !K.ownLabel(fold(words)) && !smallWord(words)) return words;
    }
    return '';
  };
  // drawnMore: the name is a part of what is drawn: a style adds words, or what stands close by
  // makes it the name of another device ("Kitchen" and a raised 2).
  const drawnMore = (p, dev) => {
    const name = K.devices[dev].name, a = p.anchor, hit = S.hits.get(a);
    if (!hit || hit.name !== name) return '';
    const more = generated(a);
    if (more) return more;
    for (let e = a, i = 0; isElement(e) && i < 3 && spoken(e) === spoken(a); e = up(e), i++) { // a raised number
      const next = parentNode(e) ? [...childNodes(parentNode(e))].filter((k) => isElement(k) || clean(k.data)) : [], k = next[next.indexOf(e) + 1];
      if (k && isElement(k) && matches(k, 'sup,sub') && /[\p{L}\p{N}]/u.test(text(k))) return name + text(k);
    }
    const close = (t) => loose(t).replace(/\s+/g, ''), mine = close(name);
    for (let e = up(a), i = 0; isElement(e) && i < 2 && within(p.el, e); e = up(e), i++) {
      const t = close(text(e, false, 100));
      for (const n of K.groups.keys()) if (n !== name && close(n) === t && t !== mine && !/\s/.test(n.slice(name.length).trim()) && !K.labels.has(t.slice(mine.length))) return n;
    }
    return '';
  };
  // saysMore: a row without its id says another device of the list, or the end of its serial, or
  // that it is several devices, or a group, a room, a person.
  const saysMore = (p, dev) => {
    const d = K.devices[dev], all = leafTexts(p.el);
    if (p.without || all.length > 40 || !S.hits.get(p.anchor) || !S.hits.get(p.anchor).name) return '';
    const words = everyIn(p.el).length < 60 ? wordsOf(p.el) : text(p.el, true, 1500);
    const tail = tailOfOther(words, dev);
    if (tail) return tail;
    const rest = words.split(d.name).join(' \u0000 '), { other } = otherNamed(rest, dev);
    if (other && !(d.labels || []).some((l) => wordAt(human(l), fold(other)) >= 0)) return other;
    for (const t of all) if (t !== fold(d.name) && !K.labels.has(t) && ((number(t) && (phrases.get('several-nouns') || []).some((n) => wordAt(t, n) >= 0)) || ['holder-words', 'group-kinds'].some((k) => isPhrase(trim(t.replace(/\d+/g, '')), k)) || speaks(t, 'of-others'))) return t;
    return '';
  };
  // ofOthers: the last heading before a name says that what follows belongs to somebody else.
  const ofOthers = (anchor) => {
    const heads = S.heads || (S.heads = roots().flatMap((r) => [...below(r, HEADS)]).filter((h) => visible(h)));
    let last = null;
    for (const h of heads) if (!within(h, anchor) && follows(h, anchor) & 4) last = h;
    return last && speaks(fold(text(last, false, 160)), 'of-others') ? text(last, false, 60).slice(0, 60) : '';
  };
  // signsOut: the words around a control say who is signed in: it signs out.
  const signsOut = (c, place) => {
    for (let e = up(c), i = 0; isElement(e) && i < 3 && !frameLike(e); e = up(e), i++) {
      if (speaks(fold(plainText(e)), 'signed-in')) return true;
      if (e === place || S.marks.has(e)) return false;
    }
    return false;
  };

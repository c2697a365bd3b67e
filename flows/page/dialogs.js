  // ---- dialogs: is this pop-up the one we asked for? ----

  let before = null; // at the last delivered click: dialog element name -> what was open
  const watched = new Set(config.dialogs || []);
  const openOf = (c, trust) => outermost(query(documents(), c.css).filter((el) => visible(el, trust) && saysCandidate(el, c)));
  const candidates = (name) => (set.elements[name] || {}).candidates || [];
  const snapshot = () => {
    const m = new Map();
    for (const name of watched) {
      const open = new Set();
      for (const c of candidates(name)) for (const el of openOf(c)) open.add(el);
      m.set(name, [...open].map((el) => [new WeakRef(el), text(el)]));
    }
    return m;
  };
  const stale = (name, el) => {
    if (!before) return false; // no click in this document: it came after it
    if (!before.has(name)) return true; // nobody looked then, so nothing can be said
    return before.get(name).some(([ref, t]) => ref.deref() === el || (t && t === text(el)));
  };
  const dialogWords = (el) => {
    const out = [text(el)];
    for (const n of [el, ...inElement(el, '[title],[aria-label],[alt]')]) out.push(attr(n, 'title') || '', attr(n, 'aria-label') || '', attr(n, 'alt') || '');
    return clean(out.join(' | '));
  };
  // namesOther: the other device that some words name, longest names first, so
  // that "Kitchen Echo" is not read in "Kitchen Echo Dot".
  // A device may be called "Deregister", which every such pop-up says anyway. Such a
  // name counts only where the pop-up does not name the wanted device.
  const common = (name) => ['deregister', 'deregister-words', 'confirm', 'cancel', 'ok'].some((t) => isPhrase(fold(name), t));
  const namesOther = (words, id) => {
    const names = [...new Set([id.name, ...id.otherNames])].filter(Boolean).sort((a, b) => b.length - a.length);
    let ours = false, perhaps = '';
    for (const name of names) {
      for (let i = wordAt(words, name); i >= 0; i = wordAt(words, name, i)) {
        if (name === id.name) ours = true;
        else if (!common(name)) return name;
        else perhaps = name;
        words = words.slice(0, i) + '\u0000' + words.slice(i + name.length);
      }
    }
    return ours && !common(id.name) ? '' : perhaps;
  };
  const dialogOf = (d, trust) => {
    watched.add(d.element);
    if (d.id) identity(d.id);
    let el = null, worst = { kind: 'notfound', words: `no ${d.element} open` };
    for (const c of candidates(d.element)) {
      const all = openOf(c, trust);
      const open = d.fresh ? all.filter((x) => (trust && trust.has(x)) || !stale(d.element, x)) : all;
      if (open.length === 1) { el = open[0]; break; }
      if (open.length > 1) worst = { kind: 'ambiguous', words: `${open.length} of ${d.element} open` };
      else if (all.length && worst.kind === 'notfound') worst = { kind: 'notfound', words: `the open ${d.element} was there before the click` };
    }
    if (!el) return worst;
    const said = dialogWords(el);
    const folded = fold(said);
    for (const g of set.dangers || []) {
      if (g.where !== 'dialog') continue;
      if ((g.text && speaks(folded, g.text)) || (g.css && (matches(el, g.css) || inElement(el, g.css).length))) return { kind: 'danger', words: `the pop-up is a danger (${g.name})` };
    }
    if (d.id) {
      const other = namesOther(said, d.id);
      if (other) return { kind: 'other', words: `the pop-up names another device (${other})` };
      if (owners(el, d.id.index)[1].size) return { kind: 'other', words: 'the pop-up carries the id of another device' };
    }
    if (d.speaks && !speaks(folded, d.speaks)) return { kind: 'notfound', words: `the open ${d.element} does not speak of ${d.speaks}` };
    return { el };
  };

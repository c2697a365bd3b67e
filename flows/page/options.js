  // ---- what a pop-up asks, and what else it would do ----

  // sentences are what an element says outside of its controls, block by block.
  const sentences = (el) => {
    const blocks = new Map();
    const w = treeWalker(ownerDocument(el), el, 4);
    for (let n = w.nextNode(), i = 0; n && i < 400; n = w.nextNode(), i++) {
      if (!clean(n.data) || controlWords(n, el) || !isElement(parentNode(n)) || SILENT.has(localName(parentNode(n)))) continue;
      let b = parentNode(n);
      while (b !== el && isElement(up(b)) && getComputedStyle(b).display === 'inline') b = up(b);
      blocks.set(b, (blocks.get(b) || '') + n.data);
    }
    return [...blocks.values()].flatMap((t) => clean(t).split(/(?<=[.?!\u3002\uff1f\uff01])\s*/)).filter(Boolean);
  };
  const HARM = ['danger-label', 'danger-device', 'danger-purchase', 'danger-content', 'danger-dialog', 'danger-several'];
  const SEVERAL = new RegExp(`^\\s*(\\p{L}+\\s+)?(${(phrases.get('several-nouns') || []).join('|')})(?!\\p{L})`, 'iu');
  // number: a number of two or more, which is no part of a model's name ("Fire 7") or of a
  // price, in words without the device's own.
  const number = (s) => {
    for (const m of s.matchAll(/(?<![\p{L}\d.,$\u20ac\u00a3-])(\d{1,4})(?![\d%]|[.,:]\d|\p{L}(?!\s)\p{L}?\b)/gu)) {
      if (Number(m[1]) < 2 || (m[1].length === 4 && /^(19|20)/.test(m[1]))) continue;
      const before = s.slice(0, m.index).trim().split(/\s+/).pop() || '', first = s.slice(0, m.index).trim().split(/\s+/).length < 2;
      if (/^\p{Lu}/u.test(before) && !first && !speaks(fold(before), 'deregister-words') && !SEVERAL.test(s.slice(m.index + m[1].length))) continue;
      return m[1];
    }
    return '';
  };
  // without takes the names, ids, types and days of the list out of what is said.
  const without = (s, dev) => {
    for (const w of [K.devices[dev].name, ...(K.devices[dev].ids || []), ...(K.devices[dev].labels || []), K.devices[dev].date || ''].filter(Boolean).sort((a, b) => b.length - a.length)) for (let i = wordAt(s, w); i >= 0; i = wordAt(s, w)) s = s.slice(0, i) + '\u0000' + s.slice(i + w.length);
    return s;
  };
  // strangeQuestion: a question that is none about deregistering, or about more than that.
  // A button that says Deregister answers for itself; OK and Yes answer what is asked.
  const strangeQuestion = (holder, dev, clear) => {
    const all = sentences(holder);
    // A button that says Deregister sells nothing; what Yes and Continue agree to may.
    for (const s of all) if (speaks(fold(without(s, dev)), 'danger-beyond') || (!clear && speaks(fold(without(s, dev)), 'danger-purchase'))) return s.slice(0, 100);
    for (const s of all.filter((x) => /[?\uff1f]["\u201d\u00bb')\]]*$/.test(x))) {
      const rest = without(s, dev), f = fold(rest);
      if (number(rest)) return s.slice(0, 100);
      if (HARM.some((h) => speaks(f, h))) return s.slice(0, 100);
      if (!clear && !speaks(f, 'deregister-words') && !speaks(f, 'deregister') && !speaks(f, 'sure')) return s.slice(0, 100);
    }
    // What comes after the confirmation may not even mention a danger.
    if (pressed1.last === 'confirm') for (const s of all) if (HARM.slice(1).some((h) => speaks(fold(without(s, dev)), h))) return s.slice(0, 100);
    return '';
  };
  // optionOf: what an option says that is on in a pop-up without us: "Also delete voice
  // recordings". What we ticked ourselves, and what says no more than Deregister, is none.
  const optionOf = (holder, trust) => {
    for (const b of everyIn(holder).filter((x) => matches(x, OPTION) && isTicked(x) && !(trust && trust.has(x)))) {
      if (!(visible(b) || faced(b) || labels(b).some((l) => visible(l)) || visible(up(b)))) continue;
      const l = optionWords(b);
      if (pressed1.ticked.has(fold(l)) || speaks(fold(l), 'understand')) continue;
      const f = fold(l), harm = (set.dangers || []).some((g) => g.text && speaks(f, g.text));
      if (!harm && f.split(' ').length <= 4 && !/[\d&+$\u20ac\u00a3]/u.test(f) && !speaks(f, 'and') && (speaks(f, 'deregister-words') || speaks(f, 'deregister'))) continue;
      return l.slice(0, 80) || describe(b);
    }
    // A list with a choice that is made already.
    for (const l of everyIn(holder).filter((x) => localName(x) === 'select' && visible(x))) {
      const o = l.options[l.selectedIndex], f = o && o.value !== '' ? fold(o.text) : '';
      if (f && ((set.dangers || []).some((g) => g.text && speaks(f, g.text)) || !(speaks(f, 'deregister-words') || speaks(f, 'deregister')))) return clean(o.text).slice(0, 80);
    }
    return '';
  };
  // harmsToo: another control of a pop-up that says what it would do besides, or an option that
  // keeps what else is lost.
  const HARMS = ['danger-label', 'danger-device', 'danger-content', 'danger-dialog', 'harm-verbs'];
  const harmsToo = (holder, button, trust) => {
    for (const c of innermost(controlsIn(holder, trust))) {
      if (c === button || within(c, button) || within(button, c) || away(c) || says(c, 'cancel') || says(c, 'close')) continue;
      const w = called(c).map(fold).find((x) => HARMS.some((h) => speaks(x, h)));
      if (w && (!matches(c, OPTION) || isTicked(c))) return w;
    }
    for (const b of everyIn(holder).filter((x) => matches(x, OPTION) && !isTicked(x))) if (speaks(fold(optionWords(b)), 'keep-option') && !speaks(fold(optionWords(b)), 'understand')) return optionWords(b).slice(0, 80);
    return '';
  };
  // chosenBeside: a choice of which another one is chosen already.
  const chosenBeside = (b, holder) => matches(b, 'input[type=radio],[role=radio]') && everyIn(holder).some((x) => x !== b && matches(x, 'input[type=radio],[role=radio]') && isTicked(x) && attr(x, 'name') === attr(b, 'name'));
  // optionWords: what an option is called, or else what stands beside it.
  const optionWords = (b) => called(b).join(' ') || text(up(b), false, 200);

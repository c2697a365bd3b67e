  // ---- what the page says, text by text ----
  //
  // Found once for each state of the DOM, on which alone it depends. Who may say a phrase is
  // told from the texts upwards; whether they can be seen is asked of these few only.

  const roots = () => documents().concat(hosts().map(shadowRoot));
  const foldOf = memo(fold);
  const SENDS = 'input[type=submit],input[type=button],input[type=reset],input[type=image]';
  const sent = (el) => attr(el, matches(el, 'input[type=image]') ? 'alt' : 'value') || ''; // what such an input says
  // texts: by what they say, the nodes of each text, the inputs that are buttons, and what is
  // labelled so.
  const texts = () => {
    const s = scan();
    if (s.texts) return s.texts;
    const by = (kind) => { const map = new Map(); for (const t of s.told) for (const [words, n] of t[kind]) { const l = map.get(words); if (l) l.push(n); else map.set(words, [n]); } return map; };
    return (s.texts = { by: by('texts'), inputs: by('inputs'), labels: by('labels'), pictures: by('pictures'), referring: s.told.flatMap((t) => t.referring) });
  };
  const below = (r, css) => (nodeType(r) === 9 ? inDocument : nodeType(r) === 11 ? inFragment : inElement)(r, css);

  // wordings: all that a control of a name may say: its phrases, alone and with the name of
  // the device; part: it could be one text of several that say one of them.
  const wordings = (() => {
    let made = new Map();
    return (name, dev) => {
      const of = dev === undefined ? null : K.devices[dev], d = of ? fold(of.name) : '', key = [name, d, ...(of ? of.labels || [] : [])].join('\u0000');
      if (!made.has(key)) {
        const all = new Set(phrases.get(name) || []), types = of ? (of.labels || []).map(human).filter((l) => l && ![...K.groups.keys()].some((n) => fold(n) === l)) : [];
        for (const p of d ? phrases.get(name) || [] : []) {
          for (const w of [p + ' ' + d, d + ' ' + p, p + ': ' + d, d + ': ' + p, p + ' "' + d + '"', p + ' \u201c' + d + '\u201d']) all.add(w);
          for (const dash of '-\u2013\u2014|\u00b7') all.add(d + ' ' + dash + ' ' + p).add(p + ' ' + dash + ' ' + d);
          for (const l of types) all.add(p + ' ' + l); // "Deregister Echo", in the row of one
        }
        const joined = [...all].join('\n'), longest = Math.max(0, ...[...all].map((w) => w.length));
        if (made.size > 12) made = new Map();
        made.set(key, { all, longest, part: memo((s) => s.length <= longest && joined.includes(s)) });
      }
      return made.get(key);
    };
  })();
  // sayersOf: the elements that could say it, in the order of the page: around texts that
  // are a part of it, and what is labelled so.
  const sayersOf = (name, dev) => {
    const { all, longest, part } = wordings(name, dev), out = new Set();
    const climb = (e) => { for (; isElement(e) && !SILENT.has(localName(e)) && !out.has(e) && fold(spoken(e)).length <= longest; e = up(e)) out.add(e); };
    const { by, inputs, labels, pictures, referring } = texts();
    for (const [s, nodes] of by) if (part(s)) for (const n of nodes) climb(slotOf(n) || upFrom(n));
    for (const [s, els] of inputs) if (part(s)) els.forEach(climb);
    for (const w of all) {
      for (const e of pictures.get(w) || []) climb(up(e));
      for (const e of labels.get(w) || []) out.add(e);
    }
    for (const e of referring) if (all.has(fold(idrefs(e, 'aria-labelledby')))) out.add(e);
    // what a label is for, and the control that lies invisible over its face
    for (const e of [...out]) {
      if (localName(e) === 'label') for (const c of [controlOf(e), ...inElement(e, 'input')]) if (c) out.add(c);
      for (const k of kids(e)) if (isElement(k) && localName(k) === 'input') out.add(k);
    }
    const rank = new Map(roots().map((r, i) => [r, i]));
    return [...out].sort((a, b) => (rank.get(rootOf(a)) ?? 0) - (rank.get(rootOf(b)) ?? 0) || (follows(a, b) & 4 ? -1 : 1));
  };
  const upFrom = (text) => { const p = parentNode(text); return p && nodeType(p) === 11 ? p.host : p; };

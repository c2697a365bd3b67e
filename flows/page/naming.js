  // ---- whom the words of a pop-up name ----
  //
  // naming.go judges what a window.confirm says in the same way; testdata/questions.json
  // holds both to it.

  // loose: words as people and pages write them: capitals, quotes and dashes may differ.
  const loose = (s) => fold(straight(s));
  const straight = (s) => String(s).normalize('NFKC').replace(/[\u2018\u2019\u201a\u201b\u02bc\u2032`\u00b4]/g, "'").replace(/[\u201c\u201d\u201e\u2033\u00ab\u00bb]/g, '"').replace(/[\p{Pd}\u2212]/gu, '-');
  const looser = (s) => loose(s).replace(/'/g, ''); // "Adas", as German writes it
  // anyone: all names of the list, and of rows that it lacks; the longest first.
  const anyone = () => S.anyone || (S.anyone = strangers().concat([...K.groups.keys()]).map((n) => [n, looser(n)]).sort((a, b) => b[1].length - a[1].length));
  // otherNamed: whom some words name, in whatever spelling, whole or cut off with dots; ours
  // says that they name this device.
  const otherNamed = (said, dev, any) => {
    const d = K.devices[dev], mine = looser(d.name);
    // As a device is called, or in capitals: "this device" is no device called This Device.
    const all = looser(said), flat = clean(straight(said)).replace(/'/g, ''), written = (i, n) => { const s = flat.slice(i, i + looser(n).length); return any || flat.length !== all.length || s === s.toUpperCase() || s === clean(straight(n)).replace(/'/g, ''); };
    let words = all, ours = false;
    for (const [, l] of anyone()) if (l.length > 3) for (let i = wordAt(words, l + 's'); i >= 0 && !anyone().some(([, o]) => o === l + 's'); i = wordAt(words, l + 's', i + 1)) words = words.slice(0, i + l.length) + '\u0000' + words.slice(i + l.length + 1); // its genitive
    for (const [n, l] of anyone()) {
      if (isPhrase(loose(n), 'generic-names') && n !== d.name) continue;
      if (K.weak(n)) { ours = ours || (n === d.name && wordAt(clean(said), n) >= 0); continue; } // a word of the page
      for (let i = wordAt(words, l); i >= 0; i = wordAt(words, l, i + 1)) {
        if (!written(i, n)) continue;
        if (l !== mine) {
          if (!somebodyAfter(words.slice(Math.max(0, i - 60), i)) && !(mine && ours && wordAt(mine, l) >= 0)) return { other: n };
        } else if (n !== d.name && wordAt(clean(said), d.name) < 0) return { other: n };
        else ours = true;
        words = words.slice(0, i) + '\u0000'.repeat(l.length) + words.slice(i + l.length); // as long as it was, for written
      }
    }
    for (const m of words.matchAll(/\.\.\./g)) {
      const before = words.slice(Math.max(0, m.index - 80), m.index).trimEnd();
      const cut = (l) => { for (let k = Math.min(l.length - 1, before.length); k > 2; k--) if (before.endsWith(l.slice(0, k)) && !glued([...before.slice(0, -k)].pop(), [...l][0])) return k; return 0; };
      const own = cut(mine);
      for (const [n, l] of anyone()) if (n !== d.name && !K.weak(n) && cut(l) > own) return { other: n };
    }
    return { ours };
  };
  // otherIn: another device that an element names.
  const otherIn = (el, dev) => {
    scan();
    const m = S.marks.get(el);
    const d = K.devices[dev];
    if (m && m.d.some((x) => x !== dev)) return K.devices[m.d.find((x) => x !== dev)].name || 'another id';
    const words = wordsOf(el);
    const strange = !(m && m.d.includes(dev)) && strangeID(words, dev);
    if (strange) return strange;
    const tail = strange ? '' : tailOfOther(words, dev) || (m && m.d.includes(dev) ? '' : serialSaid(el, dev));
    if (tail) return tail;
    const { other, ours } = otherNamed(words, dev);
    if (other || ours) return other || '';
    const lower = otherNamed(sentences(el).filter((s) => /[?\uff1f]/.test(s)).join(' '), dev, true).other;
    if (lower) return lower;
    // Where nobody is named, a name that is also a word of the page may be meant. What
    // every such pop-up says counts only where it says it once more.
    const plain = plainText(el);
    const asked = leading(sentences(el)).join(' '); // what else is said of Alexa or of Kindles names nobody
    for (const [n] of anyone()) {
      if (n === d.name || !K.weak(n) || isPhrase(loose(n), 'generic-names')) continue;
      if (isPhrase(fold(n), 'product-words')) { if (wordAt(asked, n) >= 0) return n; continue; }
      const i = wordAt(plain, n);
      if (i < 0) continue;
      const f = fold(n);
      const usual = isPhrase(f, 'deregister') || isPhrase(f, 'your-devices-tab') || isPhrase(f, 'confirm');
      if (!usual || wordAt(plain, n, i + n.length) >= 0) return n;
    }
    return '';
  };
  // tailOfOther: the end of another device's id, or its beginning and end with dots between.
  const tailOfOther = (words, dev) => {
    const ids = (x) => (K.devices[x].ids || []).map(foldID), mine = ids(dev), others = (is) => K.devices.findIndex((d, i) => i !== dev && ids(i).some(is));
    const s = foldNF(words), no = (is) => (mine.some(is) ? -1 : others(is));
    for (const m of s.matchAll(/([a-z0-9]{4,})[*\u2022\u2026\u00b7.x]{2,}([a-z0-9]{2,})/g)) { const is = (id) => id.startsWith(m[1]) && id.endsWith(m[2]); if (no(is) >= 0 || (/\d/.test(m[1]) && K.shaped[dev] && !mine.some(is))) return m[0]; }
    for (const m of s.matchAll(/(?<![a-z0-9])([a-z0-9]{4,12})(?![a-z0-9])/g)) {
      if (!/\d/.test(m[1]) || wordAt(fold(K.devices[dev].name), m[1]) >= 0) continue;
      const masked = /[*\u2022\u2026#]\s*$|\.\.\.?\s*$/.test(s.slice(0, m.index)), labelled = ['serial-label', 'ending-in'].some((t) => (phrases.get(t) || []).some((p) => wordAt(s.slice(Math.max(0, m.index - p.length - 14), m.index), p) >= 0));
      // What is said to be its serial, and is no part of it.
      if (labelled && K.shaped[dev] && /\d.*\d/.test(m[1]) && !mine.some((id) => id.includes(m[1]) || m[1].includes(id)) && !K.labels.has(m[1])) return m[1];
      if (!masked && !labelled && !(m[1].length > 4 && /\d.*\d/.test(m[1]) && /[a-z]/.test(m[1]))) continue;
      const at = no((id) => id.length > m[1].length && id.endsWith(m[1]));
      if (at >= 0) return m[1];
    }
    return '';
  };
  // strangers: the names of rows that the list lacks.
  const strangers = () => {
    if (S.strangers) return S.strangers;
    const out = new Set();
    const seenParents = new Set();
    for (const s of samples()) {
      const item = s[s.length - 1], p = parentNode(item);
      if (!p || seenParents.has(p)) continue;
      seenParents.add(p);
      for (const k of childNodes(p)) {
        if (!isElement(k) || S.marks.has(k) || !alike(k, item)) continue;
        const f = fills(k, s);
        const t = f ? clean(text(f, true, 200)) : '';
        if (t && t.length > 2 && !K.groups.has(t) && !K.weak(t)) out.add(t);
      }
    }
    return (S.strangers = [...out].sort((a, b) => b.length - a.length).slice(0, 200));
  };

  // ---- what a question is about, where it is no name of the list ----

  const aboutIt = (s) => speaks(fold(s), 'deregister-words') || speaks(fold(s), 'deregister');
  // leading: the sentences that say what is going to be done: the questions, the first that
  // speaks of deregistering, and what "will be deregistered".
  const leading = (all) => all.filter((s, i) => speaks(loose(s), 'will-be-deregistered') || (aboutIt(s) && (/[?\uff1f]["\u201d\u00bb')\]]*$/.test(s) || all.findIndex(aboutIt) === i)));
  // plainWord: a word is no name, in the languages given, or in any.
  const plainWord = (w, tongues) => { const f = loose(w).replace(/'s$/, ''), plain = (x) => K.plain.has(x) && (!tongues || !tongues.size || [...K.plain.get(x)].some((l) => tongues.has(l))); return plain(f) || f.split('-').every(plain); };
  // German writes every noun with a capital; a name is one without an article.
  const GERMAN = /(^|[^\p{L}])(abmelden|abmeldung|abgemeldet|registrierung)/u;
  // objectOf: what a Japanese sentence deregisters, where it is more than "this device".
  const objectOf = (s) => {
    const m = /([^\p{P}]{1,60}?)(の|を|が)(登録[をが]?解除|解除)/u.exec(s.replace(/\s+/g, ''));
    if (!m) return '';
    let rest = m[1];
    for (const w of [...K.plain.keys()].filter((w) => SOLID.test(w)).sort((a, b) => b.length - a.length)) rest = rest.split(w).join('');
    return /[\p{L}\p{N}]/u.test(rest.replace(/[\p{sc=Hiragana}]/gu, '')) ? m[1] : '';
  };
  // unknownIn: what such a sentence calls by a name that is not this device's: "Deregister Bob's
  // Echo Studio?", "Deregister Kitchen Plus?", "Your Kindle will be deregistered" of an Echo.
  const unknownIn = (sentence, dev) => {
    const d = K.devices[dev], own = [d.name, ...(d.ids || [])].filter(Boolean);
    let s = clean(straight(sentence.replace(/\u0000/g, ' ')));
    const tongues = new Set(K.tongues.filter(([w]) => wordAt(loose(s), w) >= 0).map(([, l]) => l));
    const take = (list, sign) => {
      for (const w of list.map(loose).sort((a, b) => b.length - a.length)) for (let i = wordAt(loose(s), w); i >= 0 && loose(s).length === s.length; i = wordAt(loose(s), w)) s = s.slice(0, i) + sign + s.slice(i + w.length);
    };
    take(own, '\u0001');
    take([...(d.labels || []).map((l) => l.replace(/_/g, ' ')), d.date || ''].filter(Boolean), '\u0002');
    for (const m of s.matchAll(/["\u300c\u300e]([^"\u300c-\u300f]{2,80})["\u300d\u300f]/g)) if (/[\p{L}\p{N}]/u.test(m[1]) && !aboutIt(m[1]) && !m[1].split(/[^\p{L}\p{N}'-]+/u).every((w) => !w || plainWord(w, tongues))) return m[1];
    const word = /[\p{L}\p{N}\u0001\u0002](?:['.-]*[\p{L}\p{N}])*/gu, capital = (w) => /^(?:[\p{Lu}\p{N}]|\p{Ll}+\p{Lu})/u.test(w) && !plainWord(w, tongues);
    const all = [...s.matchAll(word)].map((m) => [m[0], m.index, m.index + m[0].length]);
    const next = (i) => i >= 0 && i + 1 < all.length && /^[\s('"]{0,2}$/.test(s.slice(all[i][2], all[i + 1][1]));
    const solid = SOLID.test(s), shout = !/\p{Ll}/u.test(s);
    for (let i = 0; i < all.length; i++) {
      if (!/[\u0001\u0002]/.test(all[i][0])) continue;
      if (next(i) && capital(all[i + 1][0])) return all[i + 1][0];
      if (next(i - 1) && (i > 1 || solid) && !shout && capital(all[i - 1][0])) return all[i - 1][0];
    }
    // Signs that are written without spaces: a longer name is one, a particle after it is none.
    if (/[\p{sc=Katakana}\u30fc]\u0001|\u0001[\p{sc=Katakana}\u30fc]/u.test(s) && /[\p{sc=Katakana}\u30fc]$/u.test(d.name)) return s.replace(/\u0001/g, d.name).slice(0, 60);
    if (s.includes('\u0001')) return '';
    // Whose account it is may be said, by a name, too.
    const until = all.findIndex(([w]) => isPhrase(loose(w), 'account-words')), part = until < 0 ? all : all.slice(0, until);
    if (!s.includes('\u0002')) for (const l of K.labels.keys()) if (!(d.labels || []).some((o) => wordAt(human(o), l) >= 0 || wordAt(l, human(o)) >= 0) && wordAt(loose(part.map(([w]) => w).join(' ')), l) >= 0) return l;
    const slot = solid && !s.includes('\u0002') && objectOf(s);
    if (slot || shout) return slot || '';
    const noun = GERMAN.test(loose(s)) ? (i) => { do i--; while (i >= 0 && /^\p{Ll}+e[nmrs]?$/u.test(part[i][0]) && !plainWord(part[i][0])); return i >= 0 && plainWord(part[i][0]) && !/^(sie|und|oder|von|amazon)$/.test(loose(part[i][0])); } : () => false; // with an article before it
    for (let i = solid || speaks(loose(s), 'will-be-deregistered') || (part.length > 1 && /^(abmelden|abgemeldet)$/.test(loose(part[1][0]))) ? 0 : 1; i < part.length; i++) if (part[i][0] !== '1' && capital(part[i][0]) && !noun(i) && !/[\u0001\u0002]/.test(part[i][0]) && !(i === all.length - 1 && /,\s*$/.test(s.slice(0, part[i][1])))) return part[i][0];
    return '';
  };

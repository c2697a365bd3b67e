  // ---- what a row says of its device besides the name ----

  // leaves: the texts of a row but the name, each as it stands, without a label before it,
  // and in its parts: "Type: Echo Dot · Online".
  const leaves = (row, d) => leafTexts(row).filter((t, i, all) => t !== fold(d.name) || all.indexOf(t) !== i).map((t) => {
    const bare = t.replace(/^[^:\uff1a]{1,40}[:\uff1a]\s*/, '');
    return [t, bare, ...bare.split(/\s+[\u00b7|\u2022\u2013\u2014-]\s+|,\s+|\s+\((?=[^()]*\)$)|\)$/)].filter(Boolean);
  });
  // factual: the name in words that else say only what the list says of one device of that
  // name: "Kitchen · Echo Dot (3rd Gen)", "Echo: Kitchen, G090…". '' where they do not.
  const factual = (s) => {
    const parts = [...s.matchAll(/[\u00b7|\u2022\u2013\u2014,;()]|\s-\s/g)];
    if (!parts.length || parts.length > 8) return '';
    const from = [0, ...parts.map((m) => m.index + m[0].length)], to = [...parts.map((m) => m.index), s.length];
    const found = new Set();
    for (let i = 0; i < from.length; i++) for (let j = i; j < to.length; j++) {
      // "Echo (Kitchen)" ends in a bracket that is the name's own, or the words' own.
      const name = s.slice(from[i], to[j]).trim();
      if (!K.groups.has(name)) continue;
      const rest = [s.slice(0, from[i]), s.slice(to[j])].map((t) => t.replace(/^[\s\u00b7|\u2022\u2013\u2014,;()-]+|[\s\u00b7|\u2022\u2013\u2014,;(-]+$/g, '')).filter(Boolean);
      if (K.groups.get(name).some((x) => rest.length && rest.every((t) => factOf(t, K.devices[x], x)))) found.add(name);
    }
    const strong = [...found].filter((n) => !K.weak(n));
    const one = strong.length ? strong : [...found];
    return one.length === 1 ? one[0] : '';
  };
  // factOf: these words, whole or in their parts, are a label, the day or an id of the device.
  const factOf = (t, d, dev) => {
    const is = (v) => !v || (d.labels || []).map(human).includes(human(v)) || (d.date && fold(v) === fold(d.date)) || isPhrase(fold(v), 'badge') || (/^[\w\s-]{6,}$/.test(v) && idsIn(v, new Set()).has(dev) && foldID(v).length <= 40 && !/[a-z]{4}/.test(v));
    const plain = t.replace(/^\(|\)$/g, '').trim();
    return is(t) || is(plain) || is(t + ')') || t.split(/\s*[\u00b7|\u2022\u2013\u2014;]\s*|\s-\s|,\s/).every((v) => is(v.trim()));
  };
  // What the list says of a device, and a row may say, too: true where it does, false where it
  // does not, null where the list has nothing to say.
  const FACTS = {
    // A type or family of its own, and none that only others have.
    type: (said, d) => {
      const own = (d.labels || []).map(human).filter((l) => K.labels.has(l));
      if (!own.length) return null;
      const shown = said.map((forms) => forms.map(human).find((f) => own.includes(f)) || forms.map(human).find((f) => K.labels.has(f))).filter(Boolean);
      return shown.length > 0 && shown.every((l) => own.includes(l));
    },
    day: (said, d) => (d.date ? said.some((forms) => forms.includes(fold(d.date))) : null),
    // The end of an id, after dots, stars or words.
    end: (said, d) => {
      const ids = (d.ids || []).map(foldID);
      if (!ids.length) return null;
      const ends = said.map(([t]) => /(?:^|[^a-z0-9])([a-z0-9]{3,8})[^a-z0-9]*$/.exec(t)).filter((m) => m && /\d.*\d/.test(m[1])).map((m) => m[1]);
      if (ends.some((end) => ids.some((id) => id.length > end.length && id.endsWith(end)))) return true;
      // An app has no serial to show, so nothing stands where the others have theirs.
      return !ids.some(shape) && !said.some(([t]) => /[*\u2022\u2026]|\d[\d\s]{5}/.test(t) || /[a-z]\d\d|\d\d[a-z]/.test(t)) ? null : false;
    },
  };
  // rowsTold: the rows of others, each with what it says of its device: asked once of each.
  const rowsTold = () => {
    if (S.facts) return S.facts;
    const rows = new Map(), yes = {};
    for (const s of samples()) {
      const row = s[s.length - 1], name = S.hits.get(s[0]).name, devs = (K.groups.get(name) || []).map((x) => K.devices[x]);
      if (rows.has(row) || !devs.length) continue;
      const said = leaves(row, devs[0]), told = {};
      for (const [what, tells] of Object.entries(FACTS)) {
        const all = devs.map((x) => tells(said, x)).filter((x) => x !== null);
        told[what] = all.length ? all.includes(true) : null;
        if (told[what]) yes[what] = (yes[what] || 0) + 1;
      }
      rows.set(row, { name, path: s, told });
    }
    return (S.facts = { rows, yes });
  };
  // rowsBeside: those that are laid out as a place is.
  const rowsBeside = (p) => {
    const path = pathTo(p.anchor, p.el), name = S.hits.get(p.anchor).name, out = [];
    for (const [row, r] of rowsTold().rows) {
      if (r.name === name || within(row, p.el) || within(p.el, row) || !alike(row, p.el)) continue;
      if (parentNode(row) === parentNode(p.el) || (path && samePath(path, r.path, false))) out.push({ row, told: r.told });
    }
    return out;
  };
  // contradicts: a row without its id does not say of the device what the list does, where the
  // rows beside it do so of theirs: it is called as the device and is another one.
  const contradicts = (p, dev) => {
    const m = S.marks.get(p.el), d = K.devices[dev];
    if ((m && m.d.includes(dev)) || p.without || !S.hits.get(p.anchor) || !S.hits.get(p.anchor).name) return '';
    const usual = Object.keys(FACTS).filter((what) => rowsTold().yes[what] >= 2);
    const said = usual.length ? leaves(p.el, d) : [];
    for (const what of leafTexts(p.el).length < 30 ? usual : []) { // where it ends
      if (FACTS[what](said, d) !== false) continue;
      const all = rowsBeside(p).map((r) => r.told[what]), yes = all.filter((x) => x === true).length;
      if (yes >= 2 && yes > all.filter((x) => x === false).length) return what;
    }
    const owner = ownerSaid(p.el), owners = owner ? rowsBeside(p).map((r) => ownerSaid(r.row)).filter(Boolean) : [];
    if (owners.length > 1 && owners.every((o) => o === owners[0]) && owner !== owners[0]) return owner;
    return strangeAddress(p, dev);
  };
  // ownerSaid: whose a row says that its device is.
  const ownerSaid = (row) => {
    const said = leafTexts(row), is = (t) => isPhrase(t.replace(/\s*[:\uff1a]$/, ''), 'owner-label');
    for (let i = 0; i < said.length; i++) {
      const m = /^([^:\uff1a]{1,40})[:\uff1a]\s*(.+)$/.exec(said[i]);
      if (m && is(m[1])) return m[2];
      if (is(said[i]) && said[i + 1]) return said[i + 1];
    }
    return '';
  };
  const shape = (f) => (/^[a-z0-9]{10,40}$/.test(f) && f.replace(/[^0-9]/g, '').length >= 4 ? f.replace(/[0-9]/g, '9').replace(/[a-z]/g, 'a') : '');
  // strangeID: an id that looks like those of the list and is none of them: what it stands
  // beside is no device of the list, whatever it is called. Where the list gives no such id
  // for a device, its own may be unknown.
  const strangeID = (s, dev) => {
    if (!K.shaped[dev] || !/[0-9]{2}/.test(s) || s.length > 4000) return '';
    const words = [...s.normalize('NFKC').matchAll(/[A-Za-z0-9]+/g)], at = s.normalize('NFKC');
    for (let i = 0; i < words.length && i < 400; i++) {
      let acc = '', found = '', to = i;
      for (let j = i; j < words.length && j < i + 10; j++) {
        if (j > i && !/^[\s\p{Pd}\p{Cf}\u2212]{1,3}$/u.test(at.slice(words[j - 1].index + words[j - 1][0].length, words[j].index))) break;
        acc += words[j][0].toLowerCase();
        if (acc.length > 40) break;
        if (K.ids.has(acc)) { found = ''; to = j; break; }
        if (!found && K.shapes.has(shape(acc))) { found = words.slice(i, j + 1).map((w) => w[0]).join(' '); to = j; }
      }
      if (found && !K.devices.some((d) => wordAt(d.name, found) >= 0)) return found;
      i = to;
    }
    return '';
  };
  // serialSaid: what a row gives for the serial, after that word, is none of this device's.
  const serialSaid = (row, dev) => {
    const s = foldNF(text(row, true, 2000)), ids = (K.devices[dev].ids || []).map(foldID);
    if (!K.shaped[dev]) return '';
    for (const p of phrases.get('serial-label') || []) for (let i = wordAt(s, p); i >= 0; i = wordAt(s, p, i + 1)) {
      const m = /^[\s:\uff1a#.]*((?:[a-z]*\d[a-z0-9]*[ -]?){1,6})/.exec(s.slice(i + p.length)), said = m ? foldID(m[1]) : '';
      if (said.length < 8 || !/\d.*\d.*\d/.test(said) || !/^[a-z0-9]{8}/.test(said)) continue;
      if (!ids.some((id) => said.startsWith(id) || id.endsWith(said) || id.startsWith(said))) return said.slice(0, 20);
    }
    return '';
  };
  const foldNF = (s) => fold(s.normalize('NFKC'));
  // strangeAddress: the id of another device, which the list lacks, in the attributes and links
  // of a row. What the rows beside it carry, too, is none of a device.
  const strangeAddress = (p, dev) => {
    const values = (row) => [row, ...everyIn(row)].slice(0, 300).flatMap((e) => attributeNames(e).filter((a) => a === 'href' || a === 'id' || a.startsWith('data-')).map((a) => attr(e, a) || ''));
    for (const v of values(p.el)) {
      const strange = v.length >= 10 && v.length < 600 ? strangeID(v, dev) : '';
      if (strange && !rowsBeside(p).some((r) => values(r.row).some((o) => o.includes(strange)))) return strange;
    }
    return '';
  };

  // ---- a name that is said of several, or is a part of a longer one ----

  // ofSeveral: what stands next after a name speaks of devices ("Devices in this room"): it is
  // the name of what holds them.
  const ofSeveral = (anchor) => {
    const w = treeWalker(ownerDocument(anchor), rootElement(ownerDocument(anchor)), 4);
    w.currentNode = anchor;
    for (let n = w.nextNode(); n; n = w.nextNode()) {
      const p = parentNode(n), t = clean(n.data);
      if (!t || within(anchor, p) || !isElement(p) || SILENT.has(localName(p)) || !visible(p)) continue;
      // One sign may stand in any word of Japanese.
      return t.length <= 40 && !closestSafe(p, NATIVE) && !smallWord(t) && (phrases.get('several-nouns') || []).some((s) => s.length > 2 && wordAt(fold(t), s) >= 0);
    }
    return false;
  };
  const HEADS = 'h1,h2,h3,[role=heading]';
  const LINKING = new Set(['of', 'for', 'the', 'your', 'about', 'von', 'für', 'über', 'de', 'du', 'la', 'le', 'pour', 'para', 'per', 'di', 'do', 'da', 'del', 'van', 'voor', 'の']);
  // longerName: a text holds the device's name, and more than words of the page or of what the
  // list says of it: "Garage Left", not "Settings for Garage".
  const longerName = (t, dev) => {
    const d = K.devices[dev], i = d.name ? wordAt(t, d.name) : -1;
    if (i < 0 || t === d.name || K.groups.has(t)) return false;
    let rest = ' ' + fold(t.slice(0, i) + ' \u00b7 ' + t.slice(i + d.name.length)) + ' ';
    for (const l of [...(d.labels || []).map(human), fold(d.date || '')].filter(Boolean).sort((a, b) => b.length - a.length)) { const at = wordAt(rest, l); if (at >= 0) rest = rest.slice(0, at) + ' \u00b7 ' + rest.slice(at + l.length); }
    const plain = (s) => s.replace(/^['\u2019]s(?!\p{L})/u, '').trim();
    const linked = (s) => s.replace(/^\u306e|\u306e$/g, '').split(' ').filter((w) => !LINKING.has(w)).join(' ');
    return rest.split(/[\u00b7|\u2022\u2013\u2014,:\uff1a()[\]?!\uff1f"\u201c\u201d\u201e]|\s-\s/).map((s) => plain(s.trim())).some((s) => /\p{L}|\p{N}/u.test(s) && !K.vocabulary.has(s) && linked(s) && !K.vocabulary.has(linked(s)) && !idsIn(s, new Set()).has(dev));
  };
  const sizeOf = (el) => parseFloat(getComputedStyle(el).fontSize) || 0;
  // headedElse: what heads a view is a longer name that holds the device's, which itself is no
  // more than a line of it: a pair, a group. root: where to look.
  const headedElse = (root, dev) => {
    const name = K.devices[dev].name;
    if (!name || K.weak(name)) return '';
    const all = S.longer || (S.longer = new Map());
    if (!all.has(dev)) {
      const out = new Set();
      for (const el of roots().flatMap((r) => [...below(r, HEADS)])) if (textContent(el).includes(name) && visible(el) && longerName(text(el, false, 160), dev)) out.add(el);
      for (const [f, nodes] of texts().by) {
        if (f.length > 100 || f.length <= name.length || wordAt(f, fold(name)) < 0) continue;
        for (const n of nodes) { const p = parentNode(n); if (isElement(p) && visible(p) && !closestSafe(p, NATIVE) && longerName(clean(n.data), dev)) out.add(p); }
      }
      all.set(dev, [...out]);
    }
    const lines = (S.names.get(name) || []).filter((el) => visible(el) && within(root, el));
    const heads = all.get(dev).filter((h) => within(root, h) && (matches(h, HEADS) || (lines.length && lines.every((el) => sizeOf(h) > sizeOf(el) * 1.15))));
    const own = (h) => lines.some((el) => within(h, el) || (closestSafe(el, HEADS) && !within(el, h)) || sizeOf(el) >= sizeOf(h) || follows(h, el) & 2);
    const head = heads.find((h) => !own(h));
    return head ? text(head, false, 60).slice(0, 60) : '';
  };

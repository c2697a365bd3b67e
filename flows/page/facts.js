  // ---- what a row says of its device besides the name ----

  // leaves: the texts of a row but the name, each as it stands, without a label before it,
  // and in its parts: "Type: Echo Dot · Online".
  const leaves = (row, d) => leafTexts(row).filter((t) => t !== fold(d.name)).map((t) => {
    const bare = t.replace(/^[^:\uff1a]{1,40}[:\uff1a]\s*/, '');
    return [t, bare, ...bare.split(/\s+[\u00b7|\u2022\u2013\u2014-]\s+|,\s+|\s+\((?=[^()]*\)$)|\)$/)].filter(Boolean);
  });
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
      return said.some(([t]) => { const m = /(?:^|[^a-z0-9])([a-z0-9]{3,8})[^a-z0-9]*$/.exec(t); return !!m && /\d.*\d/.test(m[1]) && ids.some((id) => id.length > m[1].length && id.endsWith(m[1])); });
    },
  };
  // rowsBeside: the rows of other devices that are laid out as a place is, and whose name stands
  // in each.
  const rowsBeside = (p) => {
    const out = new Map(), path = pathTo(p.anchor, p.el), name = S.hits.get(p.anchor).name;
    for (const s of samples()) {
      const item = s[s.length - 1], says = S.hits.get(s[0]).name;
      if (says === name || out.has(item) || within(item, p.el) || within(p.el, item) || !alike(item, p.el)) continue;
      if (parentNode(item) === parentNode(p.el) || (path && samePath(path, s, false))) out.set(item, K.groups.get(says) || []);
    }
    return out;
  };
  // contradicts: a row without its id does not say of the device what the list does, where the
  // rows beside it do so of theirs: it is called as the device and is another one.
  const contradicts = (p, dev) => {
    const m = S.marks.get(p.el), d = K.devices[dev];
    if ((m && m.d.includes(dev)) || p.without || !S.hits.get(p.anchor) || !S.hits.get(p.anchor).name) return '';
    const said = leaves(p.el, d), beside = rowsBeside(p);
    if (beside.size < 2 || said.length >= 29) return ''; // leafTexts ends at thirty
    for (const [what, tells] of Object.entries(FACTS)) {
      if (tells(said, d) !== false) continue;
      let yes = 0, no = 0;
      for (const [row, devs] of beside) {
        const told = devs.map((x) => tells(leaves(row, K.devices[x]), K.devices[x])).filter((x) => x !== null);
        if (told.length) { if (told.includes(true)) yes++; else no++; }
      }
      if (yes >= 2 && yes > no) return what;
    }
    return strangeAddress(p, dev, beside);
  };
  // strangeAddress: the id of another device, which the list lacks, in the attributes and links
  // of a row. What the rows beside it carry, too, is none of a device.
  const strangeAddress = (p, dev, beside) => {
    const values = (row) => [row, ...everyIn(row)].slice(0, 300).flatMap((e) => attributeNames(e).filter((a) => a === 'href' || a === 'id' || a.startsWith('data-')).map((a) => attr(e, a) || ''));
    for (const v of values(p.el)) {
      const strange = v.length >= 10 && v.length < 600 ? strangeID(v, dev) : '';
      if (strange && ![...beside.keys()].some((row) => values(row).some((o) => o.includes(strange)))) return strange;
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

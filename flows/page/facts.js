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

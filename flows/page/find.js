  // ---- find: from words to one element ----

  // Broad CSS with a text ("any element of this list that says Deregister") is
  // answered from the texts upwards: what stands around no text that could begin a
  // phrase is left out before anything has to lay out the page.
  const begins = new Map(); // Text name -> expression for the first words of its phrases
  for (const [name, list] of phrases) {
    const source = list.map((p) => p.split(' ')[0].replace(/[\\^$.*+?()[\]{}|\/]/g, '\\$&')).join('|');
    begins.set(name, source ? new RegExp(source, 'iu') : /^(?!)/);
  }
  const UNSURE = /[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]/; // must be cleaned before it can be compared
  const carriers = (name, roots) => {
    const out = new Set(), re = begins.get(name) || /^(?!)/;
    const around = (n) => { for (let p = n; p && !out.has(p); p = up(p)) out.add(p); };
    for (const r of roots) {
      const walker = treeWalker(nodeType(r) === 9 ? r : ownerDocument(r), r, 4);
      for (let n = walker.nextNode(); n; n = walker.nextNode()) {
        if (n.data.length > 1 && (re.test(n.data) || UNSURE.test(n.data)) && !SILENT.has(localName(parentNode(n)))) around(parentNode(n));
      }
      const find = nodeType(r) === 9 ? inDocument : inElement;
      for (const el of find(r, 'input[type=submit],input[type=button],input[type=reset]')) around(el);
      for (const el of find(r, '[aria-label],[aria-labelledby],[title],[alt]')) out.add(el);
    }
    for (const h of hostList) around(h);
    return out;
  };
  const firstMatches = (name, roots) => {
    const e = set.elements[name];
    for (const c of (e && e.candidates) || []) { const m = query(roots, c.css).filter((el) => saysCandidate(el, c)); if (m.length) return m; }
    return [];
  };
  const saysCandidate = (el, c) => {
    if (!c.text) return true;
    const want = phrases.get(c.text) || [];
    if (c.contains) { const said = fold(label(el, LONG)); return want.some((p) => said.includes(p)); }
    const longest = longestOf.get(c.text) || 0;
    return want.includes(fold(label(el, longest * 4 + 40)));
  };
  const pick = (name, roots, mode, trust) => {
    const e = set.elements[name];
    if (!e) return { kind: 'notfound', words: `the selectors have no ${name}` };
    let worst = { kind: 'notfound', words: 'not found' };
    for (let i = 0; i < e.candidates.length; i++) {
      const c = e.candidates[i];
      const all = query(roots, c.css);
      if (!all.length) continue;
      const seen = [], outer = new Set();
      const could = c.text && all.length > 30 ? carriers(c.text, roots) : null;
      let why = '';
      // Backwards, so that what stands around a match is never looked at: of
      // nested ones only the innermost counts.
      for (let k = all.length - 1; k >= 0; k--) {
        const el = all[k];
        if (outer.has(el) || (could && !could.has(el))) continue;
        const w = seeable(el, mode, trust);
        if (w) { if (!why && saysHidden(el, c)) why = w; continue; }
        if (!saysCandidate(el, c)) continue;
        seen.push(el);
        for (let n = up(el); n && !outer.has(n); n = up(n)) outer.add(n);
      }
      const found = seen.length > 1 ? innermost(seen).reverse() : seen;
      if (found.length === 1) return { el: found[0], candidate: i, css: c.css };
      if (found.length > 1) worst = { kind: 'ambiguous', words: `${found.length} visible matches of ${c.css}: ${found.slice(0, 3).map(describe).join(', ')}` };
      else if (worst.kind === 'notfound' && why) worst = { kind: 'invisible', words: `found, not visible (${why})` };
    }
    return worst;
  };
  const saysHidden = (el, c) => !c.text || (phrases.get(c.text) || []).some((p) => (c.contains ? fold(text(el, true, LONG)).includes(p) : fold(text(el, true, p.length * 4 + 40)) === p));
  // recall: what was found of a device holds as long as nothing in the page has changed,
  // neither DOM nor address, and can still be seen: whose an element is, is told by the DOM
  // alone. What hangs on a ticked box is looked for again, for a tick is no such change.
  let recalled = null;
  const recallKey = (q) => [q.key, q.seek, q.sig, q.at, q.in].join('\u0000');
  // remember what was found of a device, in something that holds it.
  const remember = (q, f, dev, at) => { if (f.place && f.place !== f.el) recalled = { f, key: recallKey(q), stamp: at, dev, list: K, press: pressed1, href: location.href, since: now() }; };
  const recall = (q, mode, trust) => {
    const r = recalled, at = stamp();
    if (r && r.stamp === at && r.key === recallKey(q) && r.list === K && r.press === pressed1 && r.href === location.href && now() - r.since < 1000 && (!invisible(r.f.el, trust) || faced(r.f.el))) { q.dev = r.dev; return r.f; }
    recalled = null;
    const f = findKnown(q, mode, trust);
    if (f.el && /^(deregister|confirm|opener|name|place|notice)$/.test(q.seek)) remember(q, f, q.dev, at);
    return f;
  };
  const find = (spec, mode, trust) => {
    if (spec.known) return recall(spec.known, mode, trust);
    let roots = documents();
    if (spec.of) { const r = rowOf(spec.of, roots); if (!r.el) return r; roots = [r.el]; }
    return pick(spec.element, roots, mode, trust);
  };

  // probe: what every candidate of an element finds, not only the one that wins.
  const probe = (q) => ({ candidates: ((set.elements[q.element] || {}).candidates || []).map((c) => {
    const all = query(documents(), c.css), shown = all.filter((el) => visible(el));
    const says = innermost(shown.filter((el) => saysCandidate(el, c)));
    const hidden = all.filter((el) => !shown.includes(el) && saysHidden(el, c));
    const one = says[0] || hidden[0] || shown[0] || all[0];
    return { found: all.length, visible: shown.length, matches: says.length, hidden: hidden.length, element: one ? describe(one) : '', why: !says.length && hidden.length ? invisible(hidden[0]) : '' };
  }) });

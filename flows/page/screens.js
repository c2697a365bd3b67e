  // ---- screens ----

  const hostFits = (host) => {
    if (!host) return true;
    const h = location.hostname, site = config.site;
    const alexa = ['alexa.' + site, 'echo.' + site].some((a) => h === a || h.endsWith('.' + a));
    const ours = h === site || h.endsWith('.' + site);
    return host === 'alexa' ? alexa : host === 'ours' ? ours : host === 'site' && !alexa && ours;
  };
  const regs = new Map();
  const fits = (re, s) => { if (!regs.has(re)) { let r = null; try { r = new RegExp(re, 'u'); } catch { try { r = new RegExp(re); } catch { /* refused by the loader */ } } regs.set(re, r); } const r = regs.get(re); return !!r && r.test(s); };
  // half: the document is still being parsed, and what will tell its screen from
  // another may be yet to come (a password box before the captcha under it). One
  // that has not grown for a while is taken as it is.
  const allElements = Document.prototype.getElementsByTagName.call(document, '*');
  const readyState = got(Document.prototype, 'readyState');
  let size = -1, grew = 0, counted = -1e9;
  const half = () => {
    if (readyState(document) !== 'loading') return false;
    if (now() - counted > 250) { // counting takes time, and the parser needs it
      const n = allElements.length;
      counted = now();
      if (n !== size) { size = n; grew = counted; }
    }
    return now() - grew < 4000;
  };
  // hasToken: an inline script carries the token with which the lists are asked for.
  const hasToken = () => [...document.scripts].some((el) => !attr(el, 'src') && /\bcsrfToken\b["']?\s*[=:]\s*["'][^"']+["']/.test(textContent(el)));
  // A look at half a document is not worth its time, which the parser needs: unless
  // it is the last one, it only says that it is half.
  const look = (last) => {
    const unripe = half();
    if (unripe && !last) return { screen: 'unknown', url: location.href, path: location.pathname, title: clean(titleOf(document)), doc, half: true, why: ['still being parsed'] };
    const docs = documents(), seen = new Map();
    const shows = (css) => { if (!seen.has(css)) seen.set(css, query(docs, css).some((el) => visible(el))); return seen.get(css); };
    const misses = [];
    let found = null, why = [];
    for (const s of set.screens || []) {
      if (!hostFits(s.host)) continue;
      if (s.path && !fits(s.path, location.pathname)) continue;
      if (s.hash && !fits(s.hash, location.hash)) continue;
      const name = s.name + (s.variant ? '/' + s.variant : '');
      const miss = (w) => { if (misses.length < 12) misses.push(name + ': ' + w); };
      if (s.title && !fits(s.title, titleOf(document))) { miss('title'); continue; }
      if (s.token && !hasToken()) { miss('no token'); continue; }
      const bad = (s.visible || []).find((c) => !shows(c));
      if (bad) { miss('not visible ' + bad); continue; }
      if ((s.any || []).length && !s.any.some(shows)) { miss('none visible of ' + s.any.join(' | ')); continue; }
      const lack = (s.present || []).find((c) => !query(docs, c).length);
      if (lack) { miss('not there ' + lack); continue; }
      const over = (s.absent || []).find(shows);
      if (over) { miss('visible ' + over); continue; }
      found = s;
      if (s.path) why.push('path ' + location.pathname);
      if (s.hash) why.push('hash ' + location.hash);
      if (s.title) why.push('title');
      if (s.token) why.push('token');
      for (const c of s.visible || []) why.push('visible ' + c);
      const one = (s.any || []).find(shows);
      if (one) why.push('visible ' + one);
      for (const c of s.present || []) why.push('there ' + c);
      break;
    }
    const nav = query([document], '[class*="nav-lang-"]')[0];
    const lang = nav ? (attr(nav, 'class').match(/nav-lang-([A-Za-z-]+)/) || [])[1] : '';
    const timing = performance.getEntriesByType('navigation')[0];
    return {
      screen: found ? found.name : 'unknown', variant: found ? found.variant || '' : '', person: !!(found && found.person),
      patience: found ? (found.patience || 0) / 1e6 : 0, url: location.href, path: location.pathname, title: clean(titleOf(document)),
      lang: lang || (rootElement(document) ? attr(rootElement(document), 'lang') : '') || '', status: (timing && timing.responseStatus) || 0, doc, half: unripe, complete: readyState(document) === 'complete', why: found ? why : misses,
    };
  };
  // explain: for whoever wants to know why. Every rule that the address leaves is
  // laid open up to the one that holds; decoys are what a rule asks to be visible
  // and is there unseen.
  const explain = () => {
    const docs = documents(), cache = new Map();
    const state = (css) => {
      if (!cache.has(css)) {
        const els = query(docs, css), shown = els.filter((el) => visible(el));
        cache.set(css, { css, found: els.length, visible: shown.length, element: els.length ? describe(shown[0] || els[0]) : '', hidden: els.length && !shown.length ? invisible(els[0]) : '' });
      }
      return cache.get(css);
    };
    const name = (s) => s.name + (s.variant ? '/' + s.variant : '');
    const out = { host: hostFits('ours'), rule: '', note: '', grade: '', matched: [], missed: [], nearest: [], decoys: [] };
    const decoys = new Map();
    let held = false;
    for (const s of set.screens || []) {
      const conds = [];
      const rule = (kind, re, on) => { if (re) conds.push({ kind, css: re, held: fits(re, on) }); };
      rule('path', s.path, location.pathname);
      rule('hash', s.hash, location.hash);
      rule('title', s.title, titleOf(document));
      if (s.token) conds.push({ kind: 'token', css: 'csrfToken', held: hasToken() });
      for (const c of s.visible || []) conds.push({ kind: 'visible', ...state(c), held: state(c).visible > 0 });
      for (const c of s.any || []) conds.push({ kind: 'any', ...state(c), held: state(c).visible > 0 });
      for (const c of s.present || []) conds.push({ kind: 'present', ...state(c), held: state(c).found > 0 });
      for (const c of s.absent || []) conds.push({ kind: 'absent', ...state(c), held: state(c).visible === 0 });
      for (const c of conds) if (/visible|any/.test(c.kind) && c.found && !c.visible) {
        if (!decoys.has(c.css)) decoys.set(c.css, { css: c.css, element: c.element, hidden: c.hidden, screens: [] });
        const d = decoys.get(c.css).screens;
        if (!d.includes(s.name)) d.push(s.name);
      }
      if (held || !hostFits(s.host || 'ours')) continue;
      const any = conds.filter((c) => c.kind === 'any');
      if (conds.every((c) => c.held || c.kind === 'any') && (!any.length || any.some((c) => c.held))) {
        held = true;
        Object.assign(out, { rule: name(s), note: s.note || '', grade: s.grade || '', matched: conds.filter((c) => c.held), missed: conds.filter((c) => !c.held) });
      } else if (conds.some((c) => c.held && c.kind !== 'absent') && out.nearest.length < 12) {
        out.nearest.push({ rule: name(s), matched: conds.filter((c) => c.held), missed: conds.filter((c) => !c.held) });
      }
    }
    out.decoys = [...decoys.values()];
    return out;
  };
  const see = (q) => {
    let first = null, seen = null;
    const start = now();
    return until(q.ms, (last) => {
      seen = look(last);
      const old = !!q.prev && seen.doc === q.prev.doc && seen.screen === q.prev.screen;
      const wanted = !old && !seen.half && seen.screen !== 'unknown' && (!q.screens.length || q.screens.includes(seen.screen));
      // What was there when the last answer was given is no answer to it.
      if (wanted) return { ok: true, seen };
      if (location.protocol === 'chrome-error:') return { ok: false, blank: true, seen };
      // A screen that passes by itself may take its own time.
      if (!first || first.name !== seen.screen) first = { name: seen.screen, at: now() };
      return last ? { ok: false, seen, held: now() - Math.max(first.at, start) } : null;
    });
  };

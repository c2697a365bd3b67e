  // ---- where to press ----

  // toTop: a point of an element's own window in the coordinates of the tab.
  const toTop = (d, x, y) => {
    for (let f = frameOf(d); f; f = frameOf(ownerDocument(f))) {
      const b = boxOf(f);
      const sx = f.offsetWidth ? b.width / f.offsetWidth : 1, sy = f.offsetHeight ? b.height / f.offsetHeight : 1;
      const s = getComputedStyle(f);
      x = b.left + (f.clientLeft + parseFloat(s.paddingLeft) + x) * sx;
      y = b.top + (f.clientTop + parseFloat(s.paddingTop) + y) * sy;
    }
    return [x, y];
  };
  // hitAt: the innermost element at a point of the tab, through shadow roots and frames.
  const hitAt = (x, y) => {
    let d = document, el = docPoint(d, x, y);
    for (let i = 0; el && i < 50; i++) {
      const s = shadowRoot(el);
      if (s) { const inner = rootPoint(s, x, y); if (inner && inner !== el) { el = inner; continue; } break; }
      const fd = /^i?frame$/.test(localName(el)) ? frameDoc(el) : null;
      if (!fd) break;
      const b = boxOf(el), st = getComputedStyle(el);
      const sx = el.offsetWidth ? b.width / el.offsetWidth : 1, sy = el.offsetHeight ? b.height / el.offsetHeight : 1;
      x = (x - b.left) / sx - el.clientLeft - parseFloat(st.paddingLeft);
      y = (y - b.top) / sy - el.clientTop - parseFloat(st.paddingTop);
      const inner = docPoint(fd, x, y);
      if (!inner) break;
      el = inner; d = fd;
    }
    return el;
  };
  const LEADS = 'a[href]:not([href^="#"],[href^="javascript:"]),area[href],:is(form *,[form]):is(button:not([type=button]),input[type=submit],input[type=image])';
  const LINK = 'a[href],button,input,select,textarea,[role=button]';
  // targets: the elements whose boxes may be pressed for el.
  const targets = (el, mode) => (mode === 'check' ? (visible(el) || faced(el) ? [el] : []).concat(labels(el).filter((l) => visible(l))) : [el]);
  const accepts = (el, mode, hit) => {
    if (within(el, hit)) return true;
    if (mode !== 'check') return false;
    const l = labels(el).find((x) => within(x, hit));
    if (!l) return false;
    for (let n = hit; n && n !== l; n = up(n)) if (n !== el && isElement(n) && matches(n, LINK)) return false; // a link in the label's text
    return true;
  };
  const boxes = (el) => {
    const out = [...rects(el)].filter((b) => b.width >= 1 && b.height >= 1);
    if (!out.length) for (const k of kids(el)) { if (isElement(k)) out.push(...boxes(k)); else if (nodeType(k) === 3 && k.data.trim()) { const r = ownerDocument(k).createRange(); r.selectNode(k); out.push(...r.getClientRects()); } }
    return out;
  };
  const points = (el) => {
    const d = ownerDocument(el), v = defaultView(d) || window, out = [];
    for (const b of boxes(el)) {
      const l = Math.max(b.left, 0), r = Math.min(b.right, v.innerWidth), t = Math.max(b.top, 0), e = Math.min(b.bottom, v.innerHeight);
      if (r - l < 1 || e - t < 1) continue;
      const [x, y] = toTop(d, (l + r) / 2, (t + e) / 2);
      if (x >= 0 && y >= 0 && x < window.innerWidth && y < window.innerHeight) out.push([x, y]);
    }
    return out;
  };
  const aim = (el, mode) => {
    let by = null, any = false;
    for (const t of targets(el, mode)) for (const [x, y] of points(t)) {
      any = true;
      const hit = hitAt(x, y);
      if (hit && accepts(el, mode, hit)) return { x, y, hit };
      by = by || hit;
    }
    return { by, any };
  };
  const ALIGN = ['center', 'nearest', 'end', 'start'];
  const scrolled = new WeakMap();
  // reach: aim, and where that misses scroll: a sticky header hides the top, a
  // footer the bottom, so every alignment is tried. Not more often than twice a
  // second, or a covered page would dance.
  const reach = (el, mode) => {
    let a = aim(el, mode);
    if (a.hit || now() - (scrolled.get(el) ?? -1e9) < 500) return a;
    const over = a.by && !within(a.by, el) && !scrollHelps(a.by, el);
    if (over) return a;
    scrolled.set(el, now());
    for (const block of ALIGN) {
      scrollTo(targets(el, mode)[0] || el, { block, inline: 'nearest', behavior: 'instant' });
      anew();
      const b = aim(el, mode);
      if (b.hit) return b;
      if (b.any) a = b;
    }
    return a;
  };
  // clipped: it is scrolled out of what holds it, where something else shows.
  const clipped = (el) => {
    const b = boxOf(el), y = (b.top + b.bottom) / 2;
    for (let p = up(el); isElement(p) && !matches(p, 'html,body'); p = up(p)) {
      if (/^(auto|scroll|hidden)$/.test(getComputedStyle(p).overflowY)) { const c = boxOf(p); if (c.height > 0 && (y < c.top || y > c.bottom)) return true; }
    }
    return false;
  };
  // scrollHelps: what lies over it does not scroll with it.
  const scrollHelps = (by, el) => {
    if (clipped(el)) return true;
    for (let n = by; isElement(n) && !within(n, el); n = up(n)) {
      const p = getComputedStyle(n).position;
      if (p === 'fixed' || p === 'sticky') { const b = boxOf(n); return b.height < window.innerHeight * 0.8 || b.width < window.innerWidth * 0.8; }
    }
    const n = isElement(by) ? getComputedStyle(by) : null;
    return !n || n.position === 'static'; // clipped by an inner scroller: something ordinary shows there
  };
  // animated: '' if nothing moves it, 'pending' before the first frame of what
  // does (the box is still then, and about to move), else 'running'.
  const animated = (el) => {
    if (!allAnimations(document).length && ownerDocument(el) === document) return '';
    let out = '';
    for (let n = el; isElement(n); n = up(n)) for (const a of animations(n)) { if (a.pending) return 'pending'; if (a.playState === 'running') out = 'running'; }
    return out;
  };

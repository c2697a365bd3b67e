  // ---- the gesture and its guard ----

  let gesture = null;
  const swallow = (ev) => { ev.stopImmediatePropagation(); if (ev.cancelable) ev.preventDefault(); };
  const judge = (g, ev) => {
    if (now() > g.end) return { kind: 'late', words: 'the press came after the step had ended' };
    const path = ev.composedPath();
    const target = path.find((n) => { try { return isElement(n); } catch { return false; } }) || null;
    const f = find(g.spec, g.mode, g.trust);
    if (KIND_NOW.has(f.kind)) return f;
    const known = g.spec.known;
    if (target && !known) { const d = danger(target); if (d) return { kind: 'danger', words: `what lies there is a danger (${d})` }; }
    if (f.el && target && accepts(f.el, g.mode, target)) {
      const d = known ? threat(f.el, f.place) : danger(f.el);
      if (d) return { kind: 'danger', words: `it is a danger (${d})` };
      // A control within what is to be pressed would be pressed in its place.
      if (known) for (let n = target; n && n !== f.el; n = up(n)) if (isElement(n) && matches(n, NATIVE)) return { kind: 'covered', words: `found, but ${describe(n)} in it was pressed` };
      if (!g.trust) {
        const dis = disabled(f.el);
        if (dis) return { kind: 'disabled', words: `found, disabled (${dis})` };
        g.trust = new WeakSet();
        for (let n = f.el; n; n = up(n)) g.trust.add(n);
        if (known && known.seek !== 'close') begun(known, f);
      }
      g.el = f.el;
      g.css = f.css;
      g.candidate = f.candidate;
      return null;
    }
    if (g.spec.of && target) for (const row of firstMatches(g.spec.of.rows, documents())) {
      if (!within(row, target)) continue;
      const [who, why] = whose(row, g.spec.of);
      if (who === 'other') return { kind: 'other', words: why };
    }
    if (f.el) return { kind: 'covered', words: `found, covered by ${describe(target)} when it was pressed` };
    return f;
  };
  const finish = (g, o) => { if (g.over) return; g.over = true; ended(!!o.ok); if (g.givenUp) owed = Math.max(0, owed - 1); g.verdict = { g: g.id, passed: g.passed, ...o }; tell(g.verdict); };
  // owed counts the presses that were given up and may still come: a busy browser
  // says "handled" before the page has seen anything. The next gesture is pressed
  // anew, so one press more than there are gestures may arrive; the one that is too
  // many, whichever it is, hits nothing.
  let owed = 0, owedEnd = 0;
  // pressed: Go heard no verdict although the browser said that the press was
  // handled. A gesture that nothing was seen of is ended here: what still comes
  // hits nothing, so that it may be made again.
  const pressed = (q) => {
    const g = gesture;
    if (!g || g.id !== q.g) return {};
    if (!g.over && !g.passed && !g.bad) { g.bad = { kind: 'late', words: 'the press came after it was given up' }; g.givenUp = true; owed = now() < owedEnd ? owed + 1 : 1; owedEnd = now() + 15000; return { unseen: true }; }
    return { verdict: g.verdict || null };
  };
  const nodeIs = (n, css) => { try { return isElement(n) && matches(n, css); } catch { return false; } }; // a path ends in windows
  let judged = null; // a frame's listener and the one added later are both asked
  const guard = (ev) => {
    if (!ev.isTrusted || ev.button > 0 || ev === judged) return;
    if (ev.pointerType && ev.pointerType !== 'mouse') return;
    judged = ev;
    anew();
    let g = gesture;
    if (g && !g.over && !g.passed && now() > g.end + 60000) g = gesture = null; // armed, and nobody pressed: a person's click is a person's
    if (!g) {
      // A document that Go has not spoken to yet was loaded under a press meant
      // for the one before it: that press hits nothing here.
      if (!greeted) { swallow(ev); if (ev.type === 'pointerdown' || ev.type === 'pointerup') tell({ stray: true }); }
      return;
    }
    if (ev.type === 'click' && ev.detail === 0) return; // not by the mouse
    if (g.over) {
      if (owed > 0 && now() < owedEnd && (g.extra || ev.type === 'pointerdown')) { // from its start to its end
        swallow(ev);
        if (!g.extra) g.extra = true;
        if (ev.type === 'pointerup' || ev.type === 'mouseup') setTimeout(() => { if (g.extra) { g.extra = false; owed--; } }, 0);
      }
      return;
    }
    // What opened when the mouse went down lies there by now; the rest of the press is not for it.
    if (!g.bad && g.passed && /up$|click/.test(ev.type) && opensWhenHeld(g)) { swallow(ev); finish(g, { ok: true }); return; }
    if (!g.bad) {
      let v;
      try { v = judge(g, ev); } catch (e) { v = { kind: 'cancelled', words: 'the guard failed: ' + (e && e.message) }; }
      if (v) g.bad = v;
      else {
        g.passed = ev.type;
        if (ev.type === 'click') {
          const leads = ev.composedPath().some((n) => nodeIs(n, LEADS));
          finish(g, { ok: true, leads, css: g.css, candidate: g.candidate, text: text(g.el, false, 200).slice(0, 200) });
          // After the page's listeners and after what they put off, such as the sending
          // of a form: what the browser told of a navigation came before this.
          if (leads) setTimeout(() => setTimeout(() => tell({ g: g.id, done: true }), 0), 0);
          return;
        }
      }
    }
    if (g.bad) swallow(ev);
    if (ev.type === 'click') finish(g, { kind: g.bad.kind, words: g.bad.words });
    // mouseup and click come in one task; after it no click is left to come.
    if (ev.type === 'pointerup' || ev.type === 'mouseup') setTimeout(() => finish(g, g.bad ? { kind: g.bad.kind, words: g.bad.words } : { kind: 'lost', words: 'pressed, but no click followed' }), 0);
  };
  // opensWhenHeld: a menu that opens when the mouse goes down lies over its opener before a click
  // can come of it.
  const opensWhenHeld = (g) => {
    const k = g.spec.known;
    if (!k || !/^(opener|bar)$/.test(k.seek) || !pending || !g.el) return false;
    stamp();
    return attr(g.el, 'aria-expanded') === 'true' || layersNow().some((l) => !pending.before.has(l));
  };
  onEvent = guard;

  // ready waits until the element can be pressed and says where, or why not.
  const ready = async (q) => {
    const { trace, note } = tracer();
    let prev = null, state = null;
    const first = now();
    const deadline = now() + q.ms;
    const r = await until(q.once ? 0 : q.ms, (last) => {
      const f = find(q.spec, q.mode, null);
      state = f;
      if (f.el) {
        const el = f.el;
        const d = q.mode === 'hover' ? '' : q.spec.known ? threat(el, f.place) : danger(el);
        const dis = q.mode === 'hover' ? '' : disabled(el);
        if (d) return { fail: { kind: 'danger', words: `it is a danger (${d})` } };
        if (q.mode === 'check' && (el.checked === true || attr(el, 'aria-checked') === 'true')) return { ok: true, already: true, css: f.css, candidate: f.candidate };
        if (dis) state = { kind: 'disabled', words: `found, disabled (${dis})` };
        else {
          const a = reach(el, q.mode);
          const b = boxOf(el);
          const moves = animated(el) || (q.still && now() < deadline - q.ms + 400);
          // Still means: the same box at two times of the page's own clock, which
          // stands between frames. Without frames for a second nothing moves.
          const t = document.timeline.currentTime;
          const same = moves !== 'pending' && prev && prev.el === el && (prev.t !== t || now() - first > 1000) && prev.b.x === b.x && prev.b.y === b.y && prev.b.width === b.width && prev.b.height === b.height;
          if (moves === 'pending') prev = null; // its first frame is drawn where it stands
          else if (!prev || prev.t !== t || prev.el !== el) prev = { el, b, t };
          if (a.hit) {
            if (moves && !same) { state = { kind: 'moving', words: 'found, moving' }; note(state.words); if (!last) return 'frame'; } else {
              if (q.g) {
                listen(window);
                for (const d2 of documents()) { const w = defaultView(d2); if (w && w !== window) listenIn(w); }
                gesture = { id: q.g, spec: q.spec, mode: q.mode, end: deadline + 50, passed: '', over: false, bad: null, trust: null };
              }
              return { ok: true, x: a.x, y: a.y, css: f.css, candidate: f.candidate, is: describe(el) };
            }
          } else {
            const by = a.by;
            const behind = by && within(by, el);
            state = { kind: 'covered', words: by ? `found, covered by ${describe(by)}` + (behind ? ' behind it' : '') : 'found, out of reach' };
            const o = by && !behind && (set.obstacles || []).find((x) => !(q.spent || []).includes(x.name) && closestSafe(by, x.css));
            if (o) { note(state.words); return { obstacle: o.name, close: o.close, by: describe(by) }; }
            // What nobody planned lies over a device: it is closed by its own close.
            if (by && !behind && q.spec.known && q.spec.known.seek !== 'close' && !(q.spent || []).includes('layer') && now() - first > 300) {
              const [px, py] = points(el)[0] || [0, 0];
              const c = closerAt(px, py, null);
              if (c.el) return { obstacle: 'layer', close: '', by: describe(by), cx: px, cy: py };
              state.words += `, with ${c.words}`;
            }
          }
        }
      }
      note(state.words);
      if (KIND_NOW.has(state.kind)) return { fail: state };
      return last ? { fail: state } : null;
    });
    return { ...r, trace };
  };
  // primed: the press that comes next, made ready with the answer to another question where
  // it can be made at once. The guard is armed then, as it always is before a press.
  const primed = async (q) => { const r = q ? await ready({ ...q, once: true }) : {}; return r.ok ? r : undefined; };
  const listenIn = (w) => TYPES.forEach((t) => { try { w.addEventListener(t, listener, { capture: true, passive: false }); } catch { /* gone */ } });

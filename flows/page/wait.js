  // ---- waiting ----

  let greeted = false; // has Go spoken to this document?
  const frame = () => new Promise((res) => { let t; const f = requestAnimationFrame(() => { clearTimeout(t); res(); }); t = setTimeout(() => { cancelAnimationFrame(f); res(); }, 60); });
  const BURST = 60; // ms, a third of which looks may take at once
  const sleep = (ms) => new Promise((res) => setTimeout(res, ms));
  // change: until something in the document changes. That it has been parsed is a
  // change that no MutationObserver tells.
  let wake = () => {};
  const change = (ms) => new Promise((res) => {
    let t;
    const done = () => { clearTimeout(t); mo.disconnect(); window.removeEventListener('readystatechange', done, true); res(); };
    wake = done;
    const mo = new MutationObserver(done);
    t = setTimeout(done, ms);
    mo.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    window.addEventListener('readystatechange', done, true);
  });
  // until runs look() until it returns something. A page that changes all the time gets at
  // most a third of its time taken, but for a beginning: what a press brings comes in steps.
  const until = async (ms, look) => {
    const begin = now(), end = begin + ms;
    let spent = 0;
    for (;;) {
      const t = now();
      anew();
      const r = look(end - t <= 0);
      if (r && r !== 'frame') return r;
      spent += now() - t;
      const left = end - now();
      if (left <= 0) { const last = look(true); if (last && last !== 'frame') return last; continue; }
      if (r === 'frame') await frame();
      else await change(Math.min(75, Math.max(left, 1)));
      const pause = Math.max(3 - (now() - t), 3 * spent - (now() - begin) - BURST);
      if (pause > 0) await sleep(pause);
    }
  };
  const KIND_NOW = new Set(['other', 'danger']); // never better by waiting
  const tracer = () => {
    const trace = [];
    let last = '';
    return { trace, note: (w) => { if (w !== last) { last = w; if (trace.length < 60) trace.push({ at: Date.now(), words: w }); } } };
  };

  // A Deregister that is disabled is not yet in view: a box may have to be ticked first.
  const pressableNow = (s, f) => (f.el && s.known && s.known.seek === 'deregister' && disabled(f.el) ? fails('disabled', `found, disabled (${disabled(f.el)})`) : f);
  const wait = async (q) => {
    const { trace, note } = tracer();
    const r = await until(q.ms, (last) => {
      const states = q.specs.map((s) => pressableNow(s, find(s, '', null)));
      const i = states.findIndex((f) => f.el);
      if (i >= 0) return { ok: true, index: i, css: states[i].css, candidate: states[i].candidate };
      const now1 = states.findIndex((f) => KIND_NOW.has(f.kind));
      if (now1 >= 0) return { index: now1, fail: states[now1] };
      note(states[0].words);
      return last ? { index: 0, fail: states[0], all: states.map((f) => f.words) } : null;
    });
    if (r.ok) r.next = await primed(q.next);
    return { ...r, trace };
  };
  const gone = (q) => until(q.ms, (last) => {
    const f = find(q.spec, '', null);
    return last || !(f.el || f.kind === 'ambiguous') ? { ok: true } : null;
  });

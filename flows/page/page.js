// The eyes and hands in the page. Go calls it as (function)(config) once in every
// document, in an isolated world: page scripts cannot see or replace anything
// here, and these listeners stand on window before any of theirs.
//
// One rule holds it together: find(spec) is the only way from words to an
// element. It is run while waiting, and again at every event of the gesture that
// is to hit the element. No node outlives the step that found it.
//
// The files below are joined where they are included, in this order, into one
// function: they share what they define.
(function (config) {
  'use strict';

  // ---- the guard's listeners; in a same-origin frame they ask the top window ----

  const TYPES = ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'];
  let onEvent = (ev) => {
    let lib;
    try { lib = window.top.unecho; } catch { return; } // another origin: not ours to judge
    if (lib) lib.guard(ev);
  };
  const listener = (ev) => onEvent(ev);
  // Adding twice changes nothing; document.open() takes listeners away, so every
  // gesture adds them again.
  const listen = (w) => TYPES.forEach((t) => w.addEventListener(t, listener, { capture: true, passive: false }));
  listen(window);
  if (window.top !== window) return;

  const set = config.set;
  const tell = (o) => { try { globalThis.unechoTell(JSON.stringify(o)); } catch { /* the tab is going */ } };
  const doc = Math.random().toString(36).slice(2) + performance.timeOrigin.toString(36);

//@include dom.js
//@include words.js
//@include visible.js
//@include rows.js
//@include find.js
//@include beside.js
//@include known.js
//@include texts.js
//@include place.js
//@include facts.js
//@include control.js
//@include heads.js
//@include press.js
//@include naming.js
//@include act.js
//@include popup.js
//@include options.js
//@include explore.js
//@include aim.js
//@include wait.js
//@include guard.js
//@include screens.js
//@include fields.js
//@include evidence.js
//@include picture.js
//@include packed.js

  // rested: a survey, of which no more rest is asked than the page has not had by now, since
  // it changed or since something was done to it, which it may be slow to answer. It
  // needs none where the device stands with its id, just as the one before stood at rest:
  // whatever is still being drawn, that is the device, and the guard looks again.
  const rested = async (q) => {
    const before = asBefore(q);
    if (before) { const next = await primed(q.next); return { ...before, shape: q.like, next }; }
    const v = elsewhereNow(q) || await survey({ ...q, rest: Math.max(restLeft(q.rest), q.rest - q.acted) });
    return { ...v, shape: shapeOf(v) };
  };
  // elsewhereNow: others are in view and this one is not, where that is all that is asked.
  const elsewhereNow = (q) => {
    if (!q.here || half()) return null;
    const v = inspect(q);
    return v.places === 0 && v.seen.length && !v.busy ? v : null;
  };
  const asBefore = (q) => {
    if (!q.like || half()) return null;
    const v = inspect(q);
    return shapeOf(v) === q.like && !v.busy ? v : null;
  };
  // shapeOf: how a device is shown, '' where that alone does not say that it is the one.
  const shapeOf = (v) => (v.places === 1 && !v.unsure && !v.odd && v.bounded && v.ids[0] ? JSON.stringify([v.state, v.named, v.boxes, v.openers.map((o) => [o.tier, o.words, o.like])]) : '');
  // watched: an outcome. The page's calls are seen by Go, which says when they are answered:
  // what is gone by then does not come back.
  let watching = null;
  const watched = async (q) => { watching = q; try { const r = await outcome(q); return r.what === 'confirm' ? { ...r, next: await primed(q.next) } : r; } finally { watching = null; } };
  const answered = () => { if (watching) { watching.settle = 0; wake(); } return {}; };

  const api = { ready, pressed, see, wait, gone, fill, ticked, read, veil, unveil, html, picture, know, survey: rested, outcome: watched, answered, arrived, roll, look: (q) => ({ ok: true, seen: q.quick ? { half: half() } : look(q.last) }), explain, probe, hello: () => ({}) };
  const call = (name, q) => { greeted = true; anew(); return api[name](q); };
  Object.defineProperty(globalThis, 'unecho', { value: Object.freeze({ call, guard, pack, keep, knowKept, learn: async (version, z) => call('know', { version, devices: JSON.parse(await unpack(z)) }) }) });
})

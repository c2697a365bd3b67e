/* unecho stand-in, a drawn page: the confirmation in every form, and how the page says that it is done. */

function ask(rows, ev) {
  if (S.ask) shutAsk();
  const one = rows.length === 1, text = L.names && one ? say(W.ask, rows[0].name) : W.askThis;
  if (L.confirm === 'none') { perform(rows, ev); return; }
  if (L.confirm === 'window') { if (window.confirm(text + '\n\n' + (L.explain ? W.explain : W.askingThis))) perform(rows, null); return; }
  const a = S.ask = { rows: rows, at: performance.now(), ticked: false, stage: 1, inline: L.confirm === 'inline' };
  if (a.inline) { refreshAsk(); } else if (L.confirm === 'native') {
    a.node = h('dialog', 'dialog', null);
    a.node.addEventListener('cancel', () => { if (S.ask === a) shutAsk(); });
    document.body.append(a.node);
    a.node.showModal();
  } else {
    a.veil = h('veil', 'div', null);
    a.outer = a.node = h('box', 'div', L.button === 'role' || L.button === 'amazon' ? { role: 'dialog', 'aria-modal': 'true' } : null);
    const portal = h('', 'div', null, a.veil, a.node);
    a.outer = portal;
    document.body.append(portal);
  }
  refreshAsk();
  for (const ms of [L.fill, L.disabled]) if (ms) setTimeout(() => { if (S.ask === a) refreshAsk(); }, ms + 10);
}
function refreshAsk() {
  const a = S.ask;
  if (!a) return;
  R.delete('\nyes'); R.delete('\ntick');
  if (a.inline) { if (L.action === 'details') refreshDetails(); else refill(a.rows[0].key); } else put(a.node, askKids());
}
function askKids() {
  const a = S.ask, age = performance.now() - a.at, one = a.rows.length === 1, name = one ? a.rows[0].name : '';
  if (age < L.fill) return [h('', 'p', null, W.loading + '\u2026')];
  const named = L.names && one;
  const no = L.cancel || !L.cross && L.confirm === 'native' ? button('button', W.cancel, () => shutAsk()) : null;
  const cross = L.cross ? closer(() => shutAsk()) : null;
  if (a.stage === 2) return [h('title', 'div', null, W.sure), h('foot', 'div', null, no, mark(button('button primary', W.ok, ev => done(ev)), '', 'yes'))];
  const tag = ['h4', 'div', 'p'][L.split];
  const out = [h('title', tag, null, named ? say(W.ask, name) : W.askThis), h('', 'p', null, named && L.split !== 1 ? say(W.asking, name) : W.askingThis)];
  if (L.explain) out.push(h('', 'p', null, W.explain));
  if (L.tick) {
    const box = h('', 'input', { type: 'checkbox' });
    box.checked = a.ticked;
    box.addEventListener('click', ev => ev.stopPropagation());
    box.addEventListener('change', () => { S.acts++; a.ticked = box.checked; refreshAsk(); });
    mark(box, '', 'tick');
    out.push(h('', 'label', { style: 'display:block;margin:8px 0' }, box, ' ' + W.tick));
  }
  const ready = age >= L.disabled && (!L.tick || a.ticked);
  const yes = button('button primary', W[L.yes], ev => { if (L.second) { a.stage = 2; refreshAsk(); } else done(ev); }, { off: !ready });
  if (ready) mark(yes, '', 'yes');
  out.push(h('foot', 'div', null, L.yesFirst ? [yes, no] : [no, yes]), cross);
  return out;
  function done(ev) { const rows = a.rows; shutAsk(); perform(rows, ev); }
}
function shutAsk() {
  const a = S.ask;
  S.ask = null;
  R.delete('\nyes'); R.delete('\ntick');
  if (!a) return;
  if (a.outer) a.outer.remove(); else if (a.node) a.node.remove();
  if (a.inline) { if (L.action === 'details') refreshDetails(); else refill(a.rows[0].key); }
}

function perform(rows, ev) {
  const rest = rows.slice(), ok = [];
  S.sending = true;
  const next = () => {
    const r = rest.shift();
    if (r) { sendDeregister(r, ev, good => { if (good) ok.push(r); next(); }); return; }
    finished(ok, ok.length === rows.length);
  };
  next();
}
function finished(rows, good) {
  for (const r of rows) { S.done.add(r.key); S.checked.delete(r.key); }
  const text = !good ? W.failed : rows.length === 1 && L.names ? say(W.done, rows[0].name) : W.doneThis;
  const drop = () => {
    S.sending = false;
    for (const r of rows) S.gone.add(r.key);
    if (S.rows) S.rows = S.rows.filter(r => !S.gone.has(r.key));
    S.notice = good && L.feedback !== 'line' ? '' : text;
    const was = S.detail;
    S.detail = null;
    if (was && was.veil) was.veil.remove();
    if (was && was.outer) was.outer.remove(); else if (was && was.node) was.node.remove();
    if (L.portal && location.hash.includes('device/')) location.hash = '#settings'; else render();
  };
  if (!good) { drop(); return; }
  switch (L.feedback) {
    case 'reload': location.reload(); return;
    case 'stays': S.sending = false; if (S.detail) closeDetails(); refill(''); refreshBar(); return;
    case 'fade':
      for (const r of rows) { const n = nodeOf(r.key); if (n) dress(n, 'gone'); }
      setTimeout(drop, 600);
      return;
    case 'toast': {
      const t = h('toast', 'div', { role: L.split ? 'status' : null }, text);
      document.body.append(t);
      setTimeout(() => t.remove(), 4000);
      break;
    }
    case 'modal': {
      const veil = h('veil', 'div', null), box = h('box', 'div', null, h('title', 'div', null, text));
      const shut = () => { R.delete('\nshut'); veil.remove(); box.remove(); };
      box.append(h('foot', 'div', null, mark(L.cross ? closer(shut) : button('button primary', W.ok, shut), '', 'shut')));
      document.body.append(veil, box);
    }
  }
  drop();
}

  // ---- filling and reading ----

  const setters = { input: Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value'), textarea: Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value'), select: Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value') };
  const trusted = (at, el) => {
    const okPath = (p) => (at.prefixes || []).some((x) => p.startsWith(x));
    if (location.protocol !== 'https:' || location.host !== at.host || location.origin !== 'https://' + at.host) return `this page is ${location.protocol}//${location.host}`;
    if (!okPath(location.pathname)) return `this page is ${location.pathname}`;
    if (ownerDocument(el) !== document) return 'it stands in a frame';
    const form = closestSafe(el, 'form');
    const leads = form ? [attr(form, 'action'), ...[...inElement(form, '[formaction]')].map((e) => attr(e, 'formaction'))] : [];
    for (const action of leads) {
      if (!action) continue;
      let u;
      try { u = new URL(action, baseURI(document)); } catch { return 'its form leads nowhere'; }
      if (u.protocol !== 'https:' || u.host !== at.host) return `its form leads to ${u.protocol}//${u.host}`;
    }
    return '';
  };
  const fill = async (q) => {
    const { trace, note } = tracer();
    const r = await until(q.ms, (last) => {
      const f = find(q.spec, '', null);
      let state = f;
      if (f.el) {
        const el = f.el, setter = setters[localName(el)];
        const dis = disabled(el) || (attr(el, 'readonly') !== null ? 'readonly' : '');
        if (q.at) { const no = trusted(q.at, el); if (no) return { fail: { kind: 'origin', words: `secret refused: ${no}` } }; }
        if (!setter) state = { kind: 'disabled', words: `found, but ${describe(el)} takes no text` };
        else if (dis) state = { kind: 'disabled', words: `found, disabled (${dis})` };
        else {
          try { HTMLElement.prototype.focus.call(el, { preventScroll: true }); } catch { /* focus is a courtesy */ }
          setter.set.call(el, q.text);
          el.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, inputType: 'insertText' }));
          el.dispatchEvent(new Event('change', { bubbles: true }));
          if (isConnected(el) && setter.get.call(el) !== q.text) return { fail: { kind: 'cancelled', words: 'the page changed what was typed' } };
          return { ok: true, css: f.css, candidate: f.candidate };
        }
      }
      note(state.words);
      if (KIND_NOW.has(state.kind)) return { fail: state };
      return last ? { fail: state } : null;
    });
    return { ...r, trace };
  };
  const ticked = (q) => until(q.ms, (last) => {
    if (q.spec.known && q.spec.known.seek === 'tick') {
      const p = popupOf(byKey(q.spec.known.key), null);
      return p.holder && !p.tick && boxesIn(p.holder).every(isTicked) ? { ok: true } : last ? { fail: { kind: 'cancelled', words: 'clicked, but not ticked' } } : null;
    }
    const f = find(q.spec, 'check', null);
    if (f.el && (f.el.checked === true || attr(f.el, 'aria-checked') === 'true')) return { ok: true };
    return last ? { fail: f.el ? { kind: 'cancelled', words: 'clicked, but not ticked' } : f } : null;
  });
  const read = (q) => ({ items: innermost(firstMatches(q.rows, documents())).map((row) => {
    const attrs = {}, fields = {};
    for (const a of attributes(row)) attrs[a.name] = a.value;
    for (const [field, name] of Object.entries(q.fields || {})) {
      const m = innermost(firstMatches(name, [row]));
      const el = m.find((x) => visible(x)) || m[0];
      if (el) fields[field] = untruncated(el) || text(el, true) || label(el);
    }
    return { text: text(row, true), visible: visible(row), attrs, fields };
  }) });

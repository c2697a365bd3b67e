  // ---- evidence ----

  const KEPT = /^(submit|button|reset|checkbox|radio|image|range|color|file|hidden)$/i;
  let veiled = null;
  const veil = () => {
    unveil();
    const held = [];
    for (const d of documents()) for (const el of inDocument(d, 'input,textarea')) {
      const tag = localName(el);
      if (tag === 'input' && KEPT.test(attr(el, 'type') || '')) continue;
      const v = setters[tag].get.call(el);
      if (v) { held.push([el, tag, v]); setters[tag].set.call(el, ''); }
    }
    // The bar greets by name and knows where to deliver. Opacity alone cannot be
    // undone by something inside it.
    const bars = innermost(firstMatches('personal-bar', documents())).map((el) => [el, attr(el, 'style')]);
    for (const [el] of bars) el.style.setProperty('opacity', '0', 'important');
    veiled = { held, bars, timer: setTimeout(unveil, 5000) }; // if Go never comes back
    return { held: held.length };
  };
  const unveil = () => {
    if (!veiled) return {};
    clearTimeout(veiled.timer);
    for (const [el, tag, v] of veiled.held) if (setters[tag].get.call(el) === '') setters[tag].set.call(el, v);
    for (const [el, style] of veiled.bars) { el.style.cssText = style || ''; if (style === null) el.removeAttribute('style'); }
    veiled = null;
    return {};
  };
  const html = () => {
    const inert = document.implementation.createHTMLDocument('');
    const root = inert.importNode(rootElement(document), true);
    for (const el of inElement(root, 'input')) if (!/^(submit|button|reset|checkbox|radio|image)$/i.test(attr(el, 'type') || '')) el.removeAttribute('value');
    for (const el of inElement(root, 'textarea')) el.textContent = '';
    // Of the bar its structure is evidence, its words are personal.
    for (const bar of firstMatches('personal-bar', [root])) {
      const words = inert.createTreeWalker(bar, NodeFilter.SHOW_TEXT);
      while (words.nextNode()) if (words.currentNode.nodeValue.trim()) words.currentNode.nodeValue = '\u2026';
    }
    return { html: '<!doctype html>\n' + htmlOf(root) };
  };

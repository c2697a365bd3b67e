  // ---- what is long is packed on its way, to Go and from it ----

  const through = (bytes, stream) => new Response(new Blob([bytes]).stream().pipeThrough(stream));
  // pack: an answer as it is, or where it is long its JSON, packed.
  const pack = async (r, long) => {
    const json = JSON.stringify(r);
    if (!json || json.length < long) return r;
    const b = new Uint8Array(await through(json, new CompressionStream('gzip')).arrayBuffer());
    let s = '';
    for (let i = 0; i < b.length; i += 8192) s += String.fromCharCode(...b.subarray(i, i + 8192));
    return { packed: btoa(s) };
  };
  const unpack = (z) => through(Uint8Array.from(atob(z), (c) => c.charCodeAt(0)), new DecompressionStream('gzip')).text();

// Unpacks the page's script while the rest of the page is still being read, and runs it after that.
(async () => {
  const read = new Promise((go) => { document.addEventListener("DOMContentLoaded", go); });
  if (typeof DecompressionStream === "undefined") {
    await read;
    document.getElementById("main").append("This browser cannot unpack the page (no DecompressionStream); use one from 2023 or later.");
    return;
  }
  const text = document.getElementById("script").textContent;
  // Newer browsers decode base64 themselves, ten times as fast. Bytes go straight into the stream: with a Blob they
  // would pass through another process.
  const packed = Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const unpacking = new DecompressionStream("gzip");
  const writer = unpacking.writable.getWriter();
  writer.write(packed).catch(() => {});
  writer.close().catch(() => {});
  const script = document.createElement("script");
  script.textContent = await new Response(unpacking.readable).text();
  await read;
  document.body.append(script);
})();

// Unpacks the page's script while the rest of the page is still being read, and runs it after that.
(async () => {
  const read = new Promise((go) => { document.addEventListener("DOMContentLoaded", go); });
  if (typeof DecompressionStream === "undefined") {
    await read;
    document.getElementById("main").append("This browser cannot unpack the page (no DecompressionStream); use one from 2023 or later.");
    return;
  }
  const text = atob(document.getElementById("script").textContent);
  const packed = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) packed[i] = text.charCodeAt(i);
  const script = document.createElement("script");
  script.textContent = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  await read;
  document.body.append(script);
})();

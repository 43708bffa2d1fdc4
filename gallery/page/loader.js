(async () => {
  const packed = Uint8Array.from(atob(document.getElementById("script").textContent), (letter) => letter.charCodeAt(0));
  if (typeof DecompressionStream === "undefined") {
    document.getElementById("main").append("This browser cannot unpack the page (no DecompressionStream); use one from 2023 or later.");
    return;
  }
  const script = document.createElement("script");
  script.textContent = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  document.body.append(script);
})();

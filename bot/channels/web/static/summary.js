// The button that prints the summary, or saves it as PDF: the browser's own dialog offers both.

document.getElementById("print").addEventListener("click", () => window.print());

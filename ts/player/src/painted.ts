/** Once the browser has painted what there is; at once in a page that is hidden, which is never painted. */
export function painted(): Promise<void> {
  if (document.hidden) return Promise.resolve();
  return new Promise((done) => requestAnimationFrame(() => window.setTimeout(done)));
}

/**
 * Has every lost connection of the page try again at once: the board's and the tutor's links, and the stock
 * Convex client, which listens to nothing else, hurry at the browser's "online" event.
 */
export function reconnect(): void {
  dispatchEvent(new Event("online"));
}

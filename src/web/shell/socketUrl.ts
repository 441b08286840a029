/** The address of one of the companion's sockets: same host as the page, ws or wss. */
export function socketUrl(path: string): string {
  return `${location.origin.replace(/^http/, "ws")}${path}`;
}

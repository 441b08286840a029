/**
 * What an operator can watch, in Prometheus' form. Labels have few values each: routes by pattern,
 * close codes by number, never an id. Rooms add their gauges through `watch`, by a function that is
 * read at each scrape, so nothing here must be kept in step.
 */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

export interface Metrics {
  requestEnded(route: string, status: number, seconds: number): void;
  socketOpened(kind: string): void;
  /** `code`: with which it closed, or "refused" when it never opened. */
  socketClosed(kind: string, code: number | "refused"): void;
  uploaded(bytes: number): void;
  /** Adds a gauge whose value is read at each scrape. */
  watch(name: string, help: string, read: () => number): void;
  contentType: string;
  text(): Promise<string>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: "lectern_http_request_seconds",
    help: "Duration of HTTP requests",
    labelNames: ["route", "status"],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers,
  });
  const opened = new Counter({
    name: "lectern_sockets_opened_total",
    help: "Sockets that were let in",
    labelNames: ["kind"],
    registers,
  });
  const closed = new Counter({
    name: "lectern_sockets_closed_total",
    help: "Sockets that ended, by close code",
    labelNames: ["kind", "code"],
    registers,
  });
  const uploads = new Counter({
    name: "lectern_uploaded_bytes_total",
    help: "Bytes of documents stored",
    registers,
  });
  return {
    requestEnded: (route, status, seconds) => requests.observe({ route, status }, seconds),
    socketOpened: (kind) => opened.inc({ kind }),
    socketClosed: (kind, code) => closed.inc({ kind, code }),
    uploaded: (bytes) => uploads.inc(bytes),
    watch(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

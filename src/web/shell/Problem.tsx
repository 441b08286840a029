/** An error sentence in the flow of the page, announced when it appears. */
import type { ReactNode } from "react";
import { Icon } from "./Icon.tsx";

export function Problem({ children }: { children: ReactNode }) {
  return (
    <div className="problem" role="alert">
      <Icon name="alert" />
      <div>{children}</div>
    </div>
  );
}

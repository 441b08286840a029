/** A real link (it can be copied and opened in a new tab) that stays within the page on a click. */
import type { ComponentProps } from "react";
import { goTo } from "./navigation.ts";

export function PageLink({ href, ...rest }: ComponentProps<"a"> & { href: string }) {
  return (
    <a
      {...rest}
      href={href}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        goTo(href);
      }}
    />
  );
}

/** Names the browser's tab for as long as a view is shown. */
import { useEffect } from "react";

export function usePageTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title ? `${title} · Lectern` : "Lectern";
    return () => void (document.title = "Lectern");
  }, [title]);
}

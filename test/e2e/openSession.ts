/** How most browser tests begin: the product runs, and somebody has started a session that others join. */
import type { Browser } from "playwright-core";
import { startProduct, type Product } from "../support/product.ts";
import { launchBrowser, newPerson, type Person } from "./browser.ts";
import { enterAsGuest, invitationLink, startSession } from "./classroom.ts";

export interface OpenSession {
  product: Product;
  browser: Browser;
  owner: Person;
  /** Somebody comes by the owner's link; resolves once the owner is seen to be there. */
  join(name: string, role?: "Student" | "Teacher" | "Observer"): Promise<Person>;
  close(): Promise<void>;
}

export async function openSession(title: string, ownerName = "Ada"): Promise<OpenSession> {
  const product = await startProduct();
  const browser = await launchBrowser();
  const owner = await newPerson(browser, product.url);
  await enterAsGuest(owner.page, ownerName);
  await startSession(owner.page, title);
  return {
    ...{ product, browser, owner },
    async join(name, role = "Student") {
      const person = await newPerson(browser, await invitationLink(owner.page, role));
      await enterAsGuest(person.page, name);
      const people = new RegExp(`People here: .*${ownerName}`);
      await person.page.getByRole("button", { name: people }).waitFor();
      return person;
    },
    async close() {
      await browser.close();
      await product.dispose();
    },
  };
}

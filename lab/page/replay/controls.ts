// The forms: which policies are replayed, and in what capacity.

import { TRACKED_POLICIES, type TrackedPolicy } from "suballoc";
import { byId, element } from "../dom.ts";
import { policyNames } from "../names.ts";
import { lineSample } from "./line-style.ts";

const shownAtFirst: readonly TrackedPolicy[] = ["first-fit", "next-fit", "best-fit", "worst-fit"];

export interface ControlsOptions {
  readonly onPolicies: () => void;
  readonly onCapacity: () => void;
  /** A capacity in which everything replayed so far fits. */
  readonly suggestCapacity: () => number;
}

export class Controls {
  readonly #boxes = new Map<TrackedPolicy, HTMLInputElement>();
  readonly #mode = byId("capacity-mode", HTMLSelectElement);
  readonly #fixed = byId("fixed-capacity", HTMLInputElement);

  constructor({ onPolicies, onCapacity, suggestCapacity }: ControlsOptions) {
    const fieldset = byId("policies", HTMLFieldSetElement);
    for (const policy of TRACKED_POLICIES) {
      const box = element("input", {
        type: "checkbox",
        value: policy,
        checked: shownAtFirst.includes(policy),
      });
      box.addEventListener("change", () => {
        if (this.policies.length === 0) box.checked = true; // at least one
        onPolicies();
      });
      this.#boxes.set(policy, box);
      fieldset.append(element("label", {}, box, lineSample(policy), policyNames[policy]));
    }
    this.#mode.addEventListener("change", () => {
      this.capacity = this.#mode.value === "fixed" ? suggestCapacity() : undefined;
      onCapacity();
    });
    this.#fixed.addEventListener("change", () => {
      if (this.#fixed.reportValidity()) onCapacity();
    });
  }

  /** Those asked for; at least one. */
  get policies(): TrackedPolicy[] {
    return TRACKED_POLICIES.filter((policy) => this.#boxes.get(policy)!.checked);
  }

  set policies(policies: readonly TrackedPolicy[]) {
    for (const [policy, box] of this.#boxes) box.checked = policies.includes(policy);
  }

  /** One for all policies; of each its smallest if undefined. */
  get capacity(): number | undefined {
    if (this.#mode.value !== "fixed") return undefined;
    return this.#fixed.validity.valid ? this.#fixed.valueAsNumber : undefined;
  }

  set capacity(capacity: number | undefined) {
    this.#mode.value = capacity === undefined ? "smallest" : "fixed";
    this.#fixed.disabled = capacity === undefined;
    this.#fixed.value = capacity === undefined ? "" : String(capacity);
  }
}

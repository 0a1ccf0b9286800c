/** What Terraform says as JSON, as far as tests read it. */

/** The parts of `terraform show -json` of a plan that tests read. */
export interface Plan {
  readonly resource_changes: readonly {
    readonly address: string;
    readonly type: string;
    readonly change: {
      readonly actions: readonly string[];
      /** Null: there is none. */
      readonly before: Readonly<Record<string, unknown>> | null;
      readonly after: Readonly<Record<string, unknown>> | null;
      /** What will be known after the apply, by attribute: true, or a block with true inside. */
      readonly after_unknown?: Readonly<Record<string, unknown>>;
    };
  }[];
  readonly output_changes?: Readonly<Record<string, { readonly actions: readonly string[] }>>;
  readonly prior_state?: {
    readonly values: {
      readonly root_module: {
        readonly resources?: readonly {
          readonly mode: string;
          readonly type: string;
          readonly values: Readonly<Record<string, unknown>>;
        }[];
      };
    };
  };
}

export interface Validation {
  readonly error_count: number;
  readonly warning_count: number;
  readonly diagnostics: readonly { readonly severity: string; readonly summary: string; readonly detail?: string }[];
}

package org.domicile.control.access;

/** The writer of a first {@code access.cedar}: it permits nothing yet, and shows how. */
public final class AccessDraft {
    private AccessDraft() {}

    /** Writes the file. */
    public static String write() {
        return """
        // Who may act as which audience, in the policy language Cedar. What no policy permits is denied, and
        // one that forbids outweighs all that permit. docs/access.md describes this file; `domicile access
        // schema` prints what policies can speak of, `domicile access explain PERSON JURISDICTION` which decide.

        // Whoever is covered, or has somebody above them who is, never helps users one by one.
        @id("nobody who is covered, for support")
        forbid (principal, action == Action::"act", resource)
        when {
          context.purpose == "support" && (principal.isCovered || principal.hasCoveredSuperior)
        };

        // @id("support, from home")
        // permit (principal in Team::"support", action == Action::"act", resource == Audience::"support")
        // when { principal.sitsIn == "US" && principal.residesIn == "US" };
        """;
    }
}

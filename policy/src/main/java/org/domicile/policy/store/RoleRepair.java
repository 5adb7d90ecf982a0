package org.domicile.policy.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the compiler itself can put right about roles that drifted: login roles are made anew,
 * audience roles lose what they gained. Whatever is left, the read-back finds.
 */
final class RoleRepair {
    private static final String MEMBER_OF = "member of ";
    private static final String HAS_MEMBER = "has member ";

    private RoleRepair() {}

    /** The login roles to drop and make again. */
    static Set<String> logins(boolean repairing, List<Drift> drift) {
        Set<String> roles = new TreeSet<>();
        if (repairing) {
            drift.stream()
                    .filter(d -> d.kind().equals("role") && d.object().startsWith("dom_"))
                    .filter(d -> d.object().indexOf('-') >= 0)
                    .forEach(d -> roles.add(d.object()));
        }
        return roles;
    }

    static List<String> statements(List<Drift> drift) {
        List<String> statements = new ArrayList<>();
        for (Drift change : drift) {
            String role = change.object();
            if (!change.kind().equals("role")
                    || !role.startsWith("dom_")
                    || role.indexOf('-') >= 0
                    || change.found() == null) {
                continue;
            }
            String property = change.property();
            if (property.equals("attributes")) {
                statements.add("ALTER ROLE " + SqlText.name(role) + " NOLOGIN INHERIT");
            } else if (property.equals("settings")) {
                statements.add("ALTER ROLE " + SqlText.name(role) + " RESET ALL");
            } else if (property.startsWith(MEMBER_OF) && change.applied() == null) {
                statements.add(revoke(property.substring(MEMBER_OF.length()), role));
            } else if (property.startsWith(HAS_MEMBER)) {
                statements.add(revoke(role, property.substring(HAS_MEMBER.length())));
            }
        }
        return statements;
    }

    private static String revoke(String role, String member) {
        return "REVOKE " + SqlText.name(role) + " FROM " + SqlText.name(member);
    }
}

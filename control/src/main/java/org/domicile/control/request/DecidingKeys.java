package org.domicile.control.request;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.domicile.control.organisation.Organisation;
import org.domicile.ledger.note.VerifierKey;

/**
 * The public keys of those who may decide about requests, as a ledger's entry of the organisation
 * lists them: by verifier key, {@code <employer>[,<employer>…] <role>[,<role>…]}, where whom they
 * have a contract with counts as an employer. No person is named.
 */
public final class DecidingKeys {
    private DecidingKeys() {}

    /** Those who decide, and those who may take break-glass. */
    private static boolean isListed(Organisation.Role role) {
        return Independence.DECIDING.contains(role) || role == Organisation.Role.ON_CALL;
    }

    /** Whose key somebody holds, as far as a ledger says it. */
    public record Holder(List<String> employers, List<String> roles) {
        public Holder {
            employers = List.copyOf(employers);
            roles = List.copyOf(roles);
        }

        /** Whether they may decide about others' requests. */
        boolean decides() {
            return Independence.DECIDING.stream()
                    .map(Organisation.Role::text)
                    .anyMatch(roles::contains);
        }

        boolean isOnCall() {
            return roles.contains(Organisation.Role.ON_CALL.text());
        }

        /** Whether they may freeze, and review what others took. */
        public boolean watchesOver() {
            return roles.contains(Organisation.Role.CUSTODIAN.text())
                    || roles.contains(Organisation.Role.OVERSEER.text());
        }

        boolean isDataOwner() {
            return roles.contains(Organisation.Role.DATA_OWNER.text());
        }

        /** Reads one of {@link DecidingKeys#of}; nothing where it is none. */
        public static Optional<Holder> parse(String text) {
            String[] parts = text.split(" ", -1);
            if (parts.length != 2 || parts[0].isEmpty()) {
                return Optional.empty();
            }
            List<String> roles = Arrays.asList(parts[1].split(",", -1));
            boolean known =
                    Arrays.stream(Organisation.Role.values())
                            .filter(DecidingKeys::isListed)
                            .map(Organisation.Role::text)
                            .toList()
                            .containsAll(roles);
            return known
                    ? Optional.of(new Holder(List.of(parts[0].split(",", -1)), roles))
                    : Optional.empty();
        }
    }

    /**
     * Whether one of these keys is there in two spellings, such as a passkey with two origins: it
     * would count as two people.
     */
    public static boolean hasOneTwice(Collection<String> keys) {
        List<VerifierKey> read = keys.stream().map(VerifierKey::parse).toList();
        return read.stream()
                .anyMatch(key ->
                        read.stream().filter(key::isSameKey).skip(1).findFirst().isPresent());
    }

    /** Those of everybody who is not disabled, works for somebody, and decides or is on call. */
    public static Map<String, String> of(Organisation organisation) {
        Map<String, String> keys = new TreeMap<>();
        for (Organisation.Person person : organisation.people().values()) {
            List<String> roles = new ArrayList<>();
            person.roles().stream()
                    .filter(DecidingKeys::isListed)
                    .map(Organisation.Role::text)
                    .sorted()
                    .forEach(roles::add);
            List<String> employers = Independence.worksFor(person);
            if (!roles.isEmpty() && !person.isDisabled() && !employers.isEmpty()) {
                String says =
                        String.join(",", employers)
                                + " "
                                + roles.stream().collect(Collectors.joining(","));
                person.approvalKey().ifPresent(key -> keys.put(key.text(), says));
            }
        }
        return keys;
    }
}

package org.domicile.console.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.domicile.control.organisation.Organisation.Role;
import org.junit.jupiter.api.Test;

/** Who may read what, written down a second time: a change of the table changes this too. */
final class DoorTest {
    @Test
    void theTableIsAsAgreed() {
        TreeMap<String, Set<Door>> byRole = new TreeMap<>();
        for (Role role : Role.values()) {
            byRole.put(
                    role.text(),
                    Arrays.stream(Door.values())
                            .filter(door -> !door.who().roles().isEmpty())
                            .filter(door -> door.admits(Set.of(role)))
                            .collect(Collectors.toSet()));
        }
        assertThat(byRole.get("on_call")).containsExactly(Door.OVERVIEW);
        assertThat(byRole.get("data_owner"))
                .containsExactlyInAnyOrder(
                        Door.OVERVIEW,
                        Door.DISCLOSURES,
                        Door.DISCLOSURE,
                        Door.RECEIPT,
                        Door.PEOPLE,
                        Door.PERSON,
                        Door.POLICY,
                        Door.POLICY_DIFFERENCE);
        assertThat(byRole.get("custodian"))
                .isEqualTo(byRole.get("overseer"))
                .containsAll(byRole.get("data_owner"))
                .contains(
                        Door.OPEN_BODY,
                        Door.OVERSIGHT,
                        Door.PREPARE_FREEZE,
                        Door.FREEZE,
                        Door.UNFREEZE,
                        Door.LIVE_SESSIONS,
                        Door.NOTE)
                .hasSize(15);
    }

    @Test
    void whoeverHasNoRoleGetsOnlyWhatEverybodyGets() {
        assertThat(Arrays.stream(Door.values()).filter(door -> door.admits(Set.of())))
                .allMatch(door -> door.who().roles().isEmpty());
        assertThat(Arrays.stream(Door.values()).filter(door -> !door.who().isSignedIn()))
                .containsExactlyInAnyOrder(
                        Door.START,
                        Door.SIGN_IN,
                        Door.SIGN_IN_ACT,
                        Door.SIGN_IN_PASSKEY,
                        Door.PREFERENCES,
                        Door.ASSET,
                        Door.HEALTH,
                        Door.METRICS);
    }
}

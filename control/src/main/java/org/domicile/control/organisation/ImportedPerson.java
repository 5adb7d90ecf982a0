package org.domicile.control.organisation;

import java.util.Locale;
import java.util.Optional;
import org.domicile.plan.Names;

/**
 * A person as another directory describes them; what it does not say is empty, and never guessed.
 *
 * @param id made of the name they log in with there
 * @param employer an entity's name or id
 * @param manager another person's id
 */
public record ImportedPerson(
        String id,
        Optional<String> name,
        Optional<String> employer,
        Optional<String> sitsIn,
        Optional<String> residesIn,
        Optional<String> manager,
        boolean isActive) {

    /**
     * The id of a login: what stands before an {@code @}, in lower-case letters, digits and
     * underscores; empty where nothing usable is left.
     */
    static Optional<String> id(String login) {
        int at = login.indexOf('@');
        String id =
                (at < 0 ? login : login.substring(0, at))
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9]+", "_")
                        .replaceAll("^[_0-9]+|_+$", "");
        return Names.isName(id, Names.MAX_ACCESSOR_LENGTH) ? Optional.of(id) : Optional.empty();
    }

    /** Names nobody, so that it may appear in a log line. */
    @Override
    public String toString() {
        return "ImportedPerson";
    }
}

package org.domicile.policy;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.domicile.plan.Transform;

/**
 * Which transforms can make sense of a category's values. Only categories whose values are surely
 * of one kind are judged here; the types of the real columns are compared when the store is at
 * hand.
 */
final class TransformFit {
    private enum Kind {
        TEXT,
        EMAIL,
        ADDRESS_OF_NETWORK,
        DATE,
        PLACE
    }

    private static final Map<String, Kind> KINDS =
            Map.ofEntries(
                    Map.entry("user.account.username", Kind.EMAIL), // often one
                    Map.entry("user.authorization", Kind.TEXT),
                    Map.entry("user.contact.address.city", Kind.TEXT),
                    Map.entry("user.contact.address.country", Kind.TEXT),
                    Map.entry("user.contact.address.mailing_address", Kind.TEXT),
                    Map.entry("user.contact.address.postal_code", Kind.TEXT),
                    Map.entry("user.contact.address.state", Kind.TEXT),
                    Map.entry("user.contact.address.street", Kind.TEXT),
                    Map.entry("user.contact.email", Kind.EMAIL),
                    Map.entry("user.contact.fax_number", Kind.TEXT),
                    Map.entry("user.contact.phone_number", Kind.TEXT),
                    Map.entry("user.contact.social_url", Kind.TEXT),
                    Map.entry("user.demographic.date_of_birth", Kind.DATE),
                    Map.entry("user.demographic.gender", Kind.TEXT),
                    Map.entry("user.demographic.language", Kind.TEXT),
                    Map.entry("user.device.cookie", Kind.TEXT),
                    Map.entry("user.device.cookie_id", Kind.TEXT),
                    Map.entry("user.device.device_id", Kind.TEXT),
                    Map.entry("user.device.ip_address", Kind.ADDRESS_OF_NETWORK),
                    Map.entry("user.financial.bank_account", Kind.TEXT),
                    Map.entry("user.financial.credit_card", Kind.TEXT),
                    Map.entry("user.location.precise", Kind.PLACE),
                    Map.entry("user.name", Kind.TEXT));

    private TransformFit() {}

    static boolean suits(Transform transform, String category) {
        Optional<Kind> kind = DataCategories.nearest(KINDS, category);
        return kind.isEmpty() || kindsOf(transform).contains(kind.get());
    }

    private static Set<Kind> kindsOf(Transform transform) {
        return switch (transform) {
            case Transform.Show _, Transform.Redact _, Transform.Pseudonym _ ->
                    Set.of(Kind.values());
            case Transform.Partial _ -> Set.of(Kind.EMAIL);
            case Transform.Truncate _ -> Set.of(Kind.ADDRESS_OF_NETWORK);
            case Transform.Generalise _ -> Set.of(Kind.DATE, Kind.PLACE); // when it was recorded
            case Transform.Bucket _ -> Set.of(Kind.DATE, Kind.PLACE); // a year, an altitude
            case Transform.Coarsen _ -> Set.of(Kind.PLACE);
        };
    }
}

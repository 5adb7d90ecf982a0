package org.domicile.policy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Transform;
import org.domicile.yaml.YamlException;

/**
 * A checked policy file, as {@link PolicyFile} reads it: every name in it is declared, and the
 * rules of {@code docs/policy.md} hold. Maps keep the file's order.
 *
 * @param entities those of {@code organisation.yaml}
 * @param purposes each with its description
 */
public record Policy(
        Map<String, Jurisdiction> jurisdictions,
        Map<String, Plan.Entity> entities,
        Map<String, String> purposes,
        Map<RelationName, Table> tables,
        Map<String, Audience> audiences) {
    public Policy {
        jurisdictions = ordered(jurisdictions);
        entities = ordered(entities);
        purposes = ordered(purposes);
        tables = ordered(tables);
        audiences = ordered(audiences);
    }

    /**
     * A legal territory with its region store.
     *
     * @param custodian the entity that runs its side
     * @param storeVariable the environment variable that holds the store's URL
     * @param secretVariable the environment variable that holds the store's secret
     * @param requestsVariable the environment variable that holds the password of the login for
     *     asking and deciding, for those who have no secret
     * @param access empty where those variables are not set: a custodian has only its own
     * @param release what a disclosure's entry waits for before the data leaves
     * @param witnesses the file that names the ledger's witnesses (C2SP tlog-policy), relative to
     *     the policy's own
     */
    public record Jurisdiction(
            String id,
            String title,
            String custodian,
            String storeVariable,
            String secretVariable,
            Optional<String> requestsVariable,
            Optional<StoreAccess> access,
            Release release,
            Optional<String> witnesses) {
        /**
         * The way into the store.
         *
         * @throws YamlException naming the environment variables to set, when they are not
         */
        public StoreAccess requireAccess() {
            return access.orElseThrow(() ->
                    new YamlException(
                            "the store of jurisdiction \""
                                    + id
                                    + "\" cannot be reached: set the environment variables "
                                    + storeVariable
                                    + " and "
                                    + secretVariable
                                    + requestsVariable
                                            .map(variable -> ", or for requests " + variable)
                                            .orElse("")));
        }
    }

    /** How far an entry of a disclosure must have got before the data leaves. */
    public enum Release {
        DURABLE,
        CHECKPOINTED,
        WITNESSED;

        /** The spelling in the file. */
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How to reach a store.
     *
     * @param url {@code postgresql://host:port/database}, with or without {@code jdbc:} before it
     * @param secret what the passwords of Domicile's own roles are derived from; empty where one
     *     may only ask and decide
     * @param requests the password of the login for asking and deciding, where it was given
     */
    public record StoreAccess(String url, Optional<String> secret, Optional<String> requests) {
        /** Names neither, so that it may appear in a log line. */
        @Override
        public String toString() {
            return "StoreAccess[hidden]";
        }
    }

    /**
     * A classified table.
     *
     * @param jurisdictions whose stores have it
     */
    public record Table(Plan.Table table, List<String> jurisdictions) {
        public Table {
            jurisdictions = List.copyOf(jurisdictions);
        }
    }

    /** A column of a table, as rules name it. */
    public record ColumnName(RelationName table, String column) {}

    /**
     * Who sees which columns, and how. An empty transform hides.
     *
     * @param categories for a data category and all kinds of it without a rule of their own
     * @param columns for single columns, before any category
     */
    public record Audience(
            String name,
            String counterparty,
            List<String> jurisdictions,
            List<String> purposes,
            Map<String, Optional<Transform>> categories,
            Map<ColumnName, Optional<Transform>> columns) {
        public Audience {
            jurisdictions = List.copyOf(jurisdictions);
            purposes = List.copyOf(purposes);
            categories = ordered(categories);
            columns = ordered(columns);
        }
    }

    private static <K, V> Map<K, V> ordered(Map<K, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}

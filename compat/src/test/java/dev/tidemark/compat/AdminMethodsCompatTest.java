package dev.tidemark.compat;

import static dev.tidemark.compat.Clients.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.Tidemark;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every method of Kafka's admin client: it is served, or the client can tell that it is not.
///
/// What a served one answers is tested elsewhere; here none is forgotten. A method that a newer
/// client has, or that the server learns, makes a test fail until it stands in its list.
final class AdminMethodsCompatTest {
    /// What concerns the client alone.
    private static final Set<String> OF_THE_CLIENT = Set.of("close", "create", "metrics",
            "registerMetricForSubscription", "unregisterMetricFromSubscription",
            "clientInstanceId");

    private static Tidemark node;
    private static Admin admin;

    @BeforeAll
    static void startNode() throws Exception {
        node = Tidemark.start();
        // Nobody answers what is not served for ever: 20 s are for what a retry might still mend.
        admin = Admin.create(Clients.config(node.bootstrapServers(), "default.api.timeout.ms",
                "20000", "request.timeout.ms", "20000"));
        get(admin.createTopics(Set.of(new NewTopic("methods", 2, (short) 1),
                new NewTopic("to-delete", 1, (short) 1))).all());
        Clients.sendNumbers(node, "methods", 0, 10);
        for (String group : List.of("committed", "to-forget", "to-forget-too", "to-delete",
                "to-delete-too", "to-delete-as-well")) {
            get(admin.alterConsumerGroupOffsets(group, Map.of(new TopicPartition("methods", 0),
                    new OffsetAndMetadata(3))).all());
        }
        try (var member = Clients.consumer(node, "group.id", "joined", "group.instance.id", "one",
                "session.timeout.ms", "45000")) {
            member.subscribe(List.of("methods"));
            Clients.poll(member, 10);
        }
    }

    @AfterAll
    static void stopNode() {
        admin.close();
        node.close();
    }

    @Test
    void noMethodIsForgotten() {
        Set<String> all = Arrays.stream(Admin.class.getMethods()).map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> known = new TreeSet<>(OF_THE_CLIENT);
        known.addAll(AdminCalls.SERVED.keySet());
        known.addAll(AdminCalls.NOT_SERVED.keySet());
        assertThat(all).isEqualTo(known);
        Map<String, AdminCalls.Call> both = new HashMap<>(AdminCalls.SERVED);
        both.keySet().retainAll(AdminCalls.NOT_SERVED.keySet());
        assertThat(both).isEmpty();
    }

    static Set<String> served() {
        return AdminCalls.SERVED.keySet();
    }

    static Set<String> notServed() {
        return AdminCalls.NOT_SERVED.keySet();
    }

    @ParameterizedTest
    @MethodSource("served")
    void whatIsServedIsAnswered(String method) throws Exception {
        assertThat(AdminCalls.SERVED.get(method).on(admin)).as(method).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("notServed")
    void whatIsNotServedIsToldAtOnce(String method) {
        assertThatThrownBy(() -> AdminCalls.NOT_SERVED.get(method).on(admin))
                .as("%s: if it is served by now, it belongs to the other list", method)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(UnsupportedVersionException.class);
    }
}
